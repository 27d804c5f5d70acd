//! What the forges hold, in one shape for both: plain values, with nothing of either wire format.

use domain::{BranchName, CommitSha, Label};
use jiff::Timestamp;

/// A tag as git holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its short name, as the forge told it: any text that git takes.
    pub name: String,
    /// What the ref holds: the tag object of an annotated tag, else the commit.
    pub object: CommitSha,
    /// The commit that it leads to.
    pub commit: CommitSha,
}

impl Tag {
    /// Whether there is a tag object, which holds a message.
    #[must_use]
    pub fn is_annotated(&self) -> bool {
        self.object != self.commit
    }
}

/// What an annotated tag tells beside its name and commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The whole message.
    pub message: String,
    /// When the tag was made; `None` where it does not tell.
    pub tagged_at: Option<Timestamp>,
}

/// The refs that a release is decided by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refs {
    /// Every tag whose name starts with the prefix that was asked for.
    pub tags: Vec<Tag>,
    /// The branch that `HEAD` stands for; `None` in an empty repository.
    pub default_branch: Option<BranchName>,
    /// The branch that was asked for, or else the default branch: its name and newest commit.
    pub branch: Option<(BranchName, CommitSha)>,
}

/// How one commit stands to another one, the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They are the same commit.
    Same,
    /// The base is an ancestor.
    Ahead,
    /// It is an ancestor of the base.
    Behind,
    /// Neither contains the other.
    Diverged,
}

/// How many commits a [`History`] holds at most. A longer range costs so many requests that it is an error, with
/// the way out in its hint.
pub const MOST_COMMITS: usize = 5000;

/// The commits that a release would hold and the previous one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// How the commit to release stands to the previous release.
    pub relation: Relation,
    /// Every commit that is reachable from the one to release and not from the previous release; without a
    /// previous release only the one to release. In no particular order.
    pub commits: Vec<Commit>,
    /// The files that these commits change.
    pub changed: ChangedPaths,
    /// The pull requests that were merged last, whatever branch they went to.
    pub recent: RecentPulls,
}

/// Merged pull requests, as many as a bounded number of requests tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecentPulls {
    /// In no particular order.
    pub merged: Vec<PullRequest>,
    /// All that were merged at this time or later are among them; `None` when they are all there are.
    pub since: Option<Timestamp>,
}

/// A commit, with the pull requests that the forge says it came by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub sha: CommitSha,
    /// Its parents, the mainline first.
    pub parents: Vec<CommitSha>,
    /// The whole message.
    pub message: String,
    /// When it was written; a rebase keeps this time.
    pub authored_at: Timestamp,
    /// When it was committed; a rebase or squash makes this anew.
    pub committed_at: Timestamp,
    /// The merged pull requests that brought it, as far as the forge's look-up knows them yet.
    pub pull_requests: Vec<PullRequest>,
}

impl Commit {
    /// The message's first line.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim()
    }
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Whether it is open, closed or merged.
    pub state: PullState,
    /// The name of the branch that it goes to.
    pub base: String,
    /// The name of the branch that it comes from; `None` when that is a fork's.
    pub head: Option<String>,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// Its labels. What no label of ours can equal, such as one with a line break, is left out.
    pub labels: Vec<Label>,
}

/// Where a pull request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullState {
    /// It can still be merged.
    Open,
    /// It was closed without a merge.
    Closed,
    /// It was merged; the newest commit of that merge, where the forge tells it.
    Merged(Option<CommitSha>),
}

/// A commit of a pull request as it was before the merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullCommit {
    /// Its id on the pull request's branch.
    pub sha: CommitSha,
    /// The message's first line.
    pub subject: String,
    /// When it was written.
    pub authored_at: Timestamp,
}

/// The files that a range of commits changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedPaths {
    /// All of them, relative to the repository's root. May hold a file whose changes cancel each other out.
    Known(Vec<String>),
    /// The forge does not tell all of them; the reason. Never to be read as "nothing changed".
    Unknown(&'static str),
    /// Nobody asked.
    NotAsked,
}

/// What can be written to a repository, as far as the repository itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is archived, so that nothing can be written to it.
    pub archived: bool,
    /// Whether the token's user may push to it; `None` of an app. `true` says nothing of what the token was
    /// narrowed to, and of a job's token, which is no user's, neither value says anything.
    pub user_may_push: Option<bool>,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its page; `None` where the forge does not tell.
    pub url: Option<String>,
    /// What started it: `workflow_dispatch`, `push`, …
    pub event: String,
}

/// What came of creating a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagOutcome {
    /// The tag is there, and this call made it.
    Created(Tag),
    /// The tag was there already, at the very commit, made by somebody else or by an earlier run.
    AlreadyThere(Tag),
    /// The tag names another commit. It was not touched.
    PointsElsewhere(CommitSha),
}

/// What came of starting a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DispatchOutcome {
    /// Started, and this is its run.
    Started(Run),
    /// Accepted; the forge does not tell which run it is, and none was found in the time given.
    Accepted,
}

/// A comment on a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The forge's number for it.
    pub id: u64,
    /// Its Markdown.
    pub body: String,
}
