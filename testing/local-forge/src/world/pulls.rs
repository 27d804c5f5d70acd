//! Pull requests, their labels and comments.

use jiff::Timestamp;

use super::accounts::UserId;
use super::repositories::RepoId;

/// A label of a repository.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Six hex digits.
    pub(crate) color: String,
}

/// How a pull request's commits come to the base branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStyle {
    /// A merge commit.
    Merge,
    /// One new commit with everything.
    Squash,
    /// The same commits again, on top of the base.
    Rebase,
    /// The same commits again, and a merge commit above them; Gitea only.
    RebaseMerge,
    /// The base moves to the head, which must stand on it; Gitea only.
    FastForwardOnly,
    /// A squash by GitHub's merge queue, in the name of its robot; GitHub only.
    MergeQueue,
}

impl MergeStyle {
    /// The name that Gitea's API and the recorded scenarios use; `merge-queue` is ours.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "merge" => Self::Merge,
            "squash" => Self::Squash,
            "rebase" => Self::Rebase,
            "rebase-merge" => Self::RebaseMerge,
            "fast-forward-only" => Self::FastForwardOnly,
            "merge-queue" => Self::MergeQueue,
            _ => return None,
        })
    }
}

/// Whether a pull request is still to be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PullState {
    Open,
    /// Merged or not.
    Closed,
}

/// A pull request.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) author: UserId,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Ids of the repository's labels.
    pub(crate) labels: Vec<u64>,
    pub(crate) state: PullState,
    /// The branch it is to be merged into.
    pub(crate) base: String,
    /// The branch it comes from.
    pub(crate) head: String,
    /// Where that branch is; another repository for a fork's pull request.
    pub(crate) head_repo: RepoId,
    /// The latest commit of the head, also in `refs/pull/<number>/head`.
    pub(crate) head_sha: String,
    /// Where head and base parted.
    pub(crate) merge_base: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) merged: Option<Merged>,
    /// A merge that waits for the required checks.
    pub(crate) scheduled: Option<ScheduledMerge>,
}

/// How a pull request was merged.
#[derive(Debug, Clone)]
pub(crate) struct Merged {
    pub(crate) by: UserId,
    pub(crate) at: Timestamp,
    /// The last commit that it brought to the base.
    pub(crate) commit: String,
    /// Where the base stood before.
    pub(crate) base_before: String,
    /// The how-manieth merge of this world it was.
    pub(crate) sequence: u64,
}

/// A merge that waits for the required checks.
#[derive(Debug, Clone)]
pub(crate) struct ScheduledMerge {
    pub(crate) style: MergeStyle,
    pub(crate) by: UserId,
    pub(crate) delete_branch: bool,
}

/// A comment on a pull request.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    /// The number of the pull request.
    pub(crate) pull: u64,
    pub(crate) author: UserId,
    pub(crate) body: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}
