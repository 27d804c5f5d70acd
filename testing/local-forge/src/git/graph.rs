//! The commits of a repository and how they hang together, read once and asked often.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::{BareRepository, GitError};

/// Every commit that a ref reaches, with its parents.
#[derive(Debug, Default)]
pub(crate) struct CommitGraph {
    /// By id: its place in topological order, children first, and its parents.
    commits: HashMap<String, (usize, Vec<String>)>,
}

impl BareRepository {
    /// Reads the whole graph, in one run of git however long the history is.
    pub(crate) fn graph(&self) -> Result<CommitGraph, GitError> {
        let listed = self.run(&["rev-list", "--all", "--topo-order", "--parents"])?;
        let commits = listed.lines().enumerate().filter_map(|(place, line)| {
            let mut ids = line.split(' ').map(str::to_owned);
            Some((ids.next()?, (place, ids.collect())))
        });
        Ok(CommitGraph { commits: commits.collect() })
    }
}

impl CommitGraph {
    /// The commits that `to` reaches and `from` does not: git's `from..to`, in about as many steps as it
    /// holds commits.
    pub(crate) fn range(&self, from: &str, to: &str) -> HashSet<&str> {
        let mut walk = Walk { graph: self, queue: BinaryHeap::new(), unwanted: HashMap::new() };
        walk.push(to, false);
        walk.push(from, true);
        let mut wanted = HashSet::new();
        // Children come before their parents, so whatever is unwanted is known to be when it is reached.
        while let Some((_, id)) = walk.queue.pop() {
            let unwanted = walk.unwanted[id];
            if !unwanted {
                wanted.insert(id);
            }
            let Some((_, parents)) = self.commits.get(id) else { continue };
            for parent in parents {
                walk.push(parent, unwanted);
            }
            if walk.queue.iter().all(|(_, id)| walk.unwanted[id]) {
                break;
            }
        }
        wanted
    }
}

struct Walk<'g> {
    graph: &'g CommitGraph,
    /// The next commit, children first; a max-heap, hence the reversed places.
    queue: BinaryHeap<(std::cmp::Reverse<usize>, &'g str)>,
    unwanted: HashMap<&'g str, bool>,
}

impl Walk<'_> {
    fn push(&mut self, id: &str, unwanted: bool) {
        let Some((id, (place, _))) = self.graph.commits.get_key_value(id) else { return };
        if let Some(known) = self.unwanted.get_mut(id.as_str()) {
            *known |= unwanted;
        } else {
            self.unwanted.insert(id, unwanted);
            self.queue.push((std::cmp::Reverse(*place), id));
        }
    }
}
