//! Which pull requests a commit belongs to, as `/commits/{sha}/pulls` and GraphQL's
//! `associatedPullRequests` tell it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::git::{CommitGraph, GitError};
use crate::world::conditions::View;
use crate::world::pulls::{Pull, PullState};
use crate::world::repositories::Repository;

/// The pull requests of one repository as one lookup sees them.
///
/// A commit of the default branch belongs to the merged pull requests that brought it there: the merge
/// commit, the squashed one, and each inner commit of a merge or a rebase. Any other commit belongs to the
/// open and merged pull requests that hold it. See
/// <https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit>.
pub(super) struct Associations {
    view: View,
    graph: CommitGraph,
    brought: OnceCell<HashMap<u64, HashSet<String>>>,
    default_branch: HashSet<String>,
}

impl Associations {
    pub(super) fn read(repo: &Repository, view: View) -> Result<Self, GitError> {
        let graph = repo.git.graph()?;
        let tip = repo.git.resolve(&format!("refs/heads/{}", repo.default_branch))?;
        let reached = tip.map(|tip| owned(graph.range("", &tip))).unwrap_or_default();
        Ok(Self { view, graph, brought: OnceCell::new(), default_branch: reached })
    }

    /// The pull requests of a commit of the repository that was read, oldest first.
    pub(super) fn of<'r>(&self, repo: &'r Repository, commit: &str) -> Vec<&'r Pull> {
        let merged_only = self.default_branch.contains(commit);
        let shown = repo.pulls.iter().filter(|pull| self.view.shows(pull));
        shown
            .filter(|pull| match (&pull.merged, pull.state) {
                (Some(_), _) => {
                    self.brought(repo, pull).contains(commit) || (!merged_only && self.holds(pull, commit))
                }
                (None, PullState::Open) => !merged_only && self.holds(pull, commit),
                (None, PullState::Closed) => false,
            })
            .collect()
    }

    /// The commits that a merge brought to its base.
    fn brought(&self, repo: &Repository, pull: &Pull) -> &HashSet<String> {
        let all = self.brought.get_or_init(|| {
            let merged = repo.pulls.iter().filter_map(|pull| Some((pull.number, pull.merged.as_ref()?)));
            merged
                .map(|(number, merged)| {
                    (number, owned(self.graph.range(&merged.base_before, &merged.commit)))
                })
                .collect()
        });
        &all[&pull.number]
    }

    /// Whether the commit is one of the branch's own.
    fn holds(&self, pull: &Pull, commit: &str) -> bool {
        self.graph.range(&pull.merge_base, &pull.head_sha).contains(commit)
    }
}

fn owned(commits: HashSet<&str>) -> HashSet<String> {
    commits.into_iter().map(str::to_owned).collect()
}
