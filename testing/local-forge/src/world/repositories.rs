//! Repositories: everything about one that is not in git.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::World;
use super::accounts::UserId;
use super::protection::{BranchProtection, TagProtection};
use super::pulls::{Comment, Label, Pull};
use super::releases::Release;
use super::runs::{End, Run};
use super::tokens::Access;
use crate::git::BareRepository;

/// The id of a repository; it survives a renaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RepoId(pub(crate) u64);

/// One repository.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as in the forges' settings")]
pub(crate) struct Repository {
    pub(crate) id: RepoId,
    pub(crate) owner: UserId,
    pub(crate) name: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    /// Whether new repositories can be made after it.
    pub(crate) template: bool,
    /// Whether its workflows run at all.
    pub(crate) actions: bool,
    /// Whether a merge may wait for its checks; only GitHub asks.
    pub(crate) auto_merge: bool,
    pub(crate) topics: Vec<String>,
    pub(crate) fork_of: Option<RepoId>,
    pub(crate) default_branch: String,
    pub(crate) collaborators: BTreeMap<UserId, Access>,
    pub(crate) created: Timestamp,
    pub(crate) git: BareRepository,
    pub(crate) labels: Vec<Label>,
    /// By number, oldest first.
    pub(crate) pulls: Vec<Pull>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) releases: Vec<Release>,
    /// Oldest first.
    pub(crate) runs: Vec<Run>,
    /// How runs end that start here from now on; as everywhere, when nothing is said.
    pub(crate) run_end: Option<End>,
    /// The number that was given last to a run, or to a job that acts as one.
    pub(crate) run_numbers: u64,
    pub(crate) protected_tags: Vec<TagProtection>,
    pub(crate) protected_branches: Vec<BranchProtection>,
    /// Oldest first.
    pub(crate) statuses: Vec<Status>,
}

/// A commit status.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) sha: String,
    pub(crate) context: String,
    /// `pending`, `success`, `failure` or `error`.
    pub(crate) state: String,
    pub(crate) description: String,
    pub(crate) target_url: String,
    pub(crate) creator: UserId,
    pub(crate) created: Timestamp,
}

impl Repository {
    /// `owner/name`.
    pub(crate) fn full_name(&self, world: &World) -> String {
        format!("{}/{}", world.account_by_id(self.owner).login, self.name)
    }

    /// The pull request of this number.
    pub(crate) fn pull(&self, number: u64) -> Option<&Pull> {
        self.pulls.iter().find(|pull| pull.number == number)
    }

    /// The pull request of this number, to be changed.
    pub(crate) fn pull_mut(&mut self, number: u64) -> Option<&mut Pull> {
        self.pulls.iter_mut().find(|pull| pull.number == number)
    }

    /// What the latest statuses of a commit say together: the worst of them; `None` when there are none.
    pub(crate) fn combined_status(&self, sha: &str) -> Option<&str> {
        let mut contexts: Vec<_> =
            self.statuses.iter().filter(|status| status.sha == sha).map(|status| &status.context).collect();
        contexts.sort();
        contexts.dedup();
        let states = contexts.into_iter().filter_map(|context| self.status(sha, context));
        let rank =
            |state: &str| ["success", "pending", "failure", "error"].iter().position(|one| *one == state);
        states.map(|status| status.state.as_str()).max_by_key(|state| rank(state))
    }

    /// The latest state of a status on a commit.
    pub(crate) fn status(&self, sha: &str, context: &str) -> Option<&Status> {
        self.statuses.iter().rev().find(|status| status.sha == sha && status.context == context)
    }
}
