//! Which pull requests a commit belongs to, as `/commits/{sha}/pulls` and GraphQL's
//! `associatedPullRequests` tell it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::git::{CommitGraph, GitError};
use crate::world::World;
use crate::world::conditions::View;
use crate::world::pulls::{Pull, PullState};
use crate::world::repositories::{RepoId, Repository};

/// The pull requests of a repository, and of those that share commits with it, as one lookup sees them.
///
/// GitHub keeps the objects of a repository and its forks together, and so tells the pull requests of all.
pub(super) struct Associations(Vec<Shelf>);

/// The pull requests of one repository.
///
/// A commit of the default branch belongs to the merged pull requests that brought it there: the merge
/// commit, the squashed one, and each inner commit of a merge or a rebase. Any other commit belongs to the
/// open and merged pull requests that hold it. See
/// <https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit>.
struct Shelf {
    id: RepoId,
    view: View,
    graph: CommitGraph,
    brought: OnceCell<HashMap<u64, HashSet<String>>>,
    default_branch: HashSet<String>,
}

impl Associations {
    pub(super) fn read(world: &World, id: RepoId, view: View) -> Result<Self, GitError> {
        let origin = |repo: &Repository| repo.fork_of.unwrap_or(repo.id);
        let family = origin(world.repo(id));
        let own = std::iter::once(world.repo(id));
        let others = world.repositories.values().filter(|repo| repo.id != id && origin(repo) == family);
        own.chain(others).map(|repo| Shelf::read(repo, view)).collect::<Result<_, _>>().map(Self)
    }

    /// The pull requests of a commit, the asked repository's first, each with the repository that it is in.
    pub(super) fn of<'w>(&self, world: &'w World, commit: &str) -> Vec<(RepoId, &'w Pull)> {
        let shelves = self.0.iter();
        shelves
            .flat_map(|shelf| shelf.of(world.repo(shelf.id), commit).into_iter().map(|pull| (shelf.id, pull)))
            .collect()
    }
}

impl Shelf {
    fn read(repo: &Repository, view: View) -> Result<Self, GitError> {
        let graph = repo.git.graph()?;
        let tip = repo.git.resolve(&format!("refs/heads/{}", repo.default_branch))?;
        let reached = tip.map(|tip| owned(graph.range("", &tip))).unwrap_or_default();
        Ok(Self { id: repo.id, view, graph, brought: OnceCell::new(), default_branch: reached })
    }

    /// The pull requests of a commit, oldest first.
    fn of<'r>(&self, repo: &'r Repository, commit: &str) -> Vec<&'r Pull> {
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
