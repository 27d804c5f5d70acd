//! What is asked of the forge about single things, and what it answered.

use std::collections::{BTreeMap, BTreeSet};

use domain::CommitSha;
use forge::{PullCommit, PullRequest, RecentPulls};

/// What was found out about pull requests beside what commits tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// The pull requests that were merged last.
    pub recent: RecentPulls,
    /// Pull requests by number; `None` when there is no such pull request.
    pub pulls: BTreeMap<u64, Option<PullRequest>>,
    /// The commits of a pull request before its merge.
    pub commits_of: BTreeMap<u64, Vec<PullCommit>>,
    /// The pull requests that were merged last into a branch or from it.
    pub around: BTreeMap<String, RecentPulls>,
}

/// What is still to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Pull requests that messages name.
    pub pulls: BTreeSet<u64>,
    /// Pull requests that brought more commits than the history shows.
    pub commits_of: BTreeSet<u64>,
    /// Branches that gather pull requests, of which more were merged than the last ones.
    pub around: BTreeSet<String>,
    /// Releases, by commit, of which it must be known what came since.
    pub since: BTreeSet<CommitSha>,
}

impl Questions {
    /// Whether everything is settled that asking can settle.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
