//! What is known when a run decides: everything that `plan` may look at.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{BranchName, CommitSha, TagName, TagVersion};
use forge::{Commit, DispatchOutcome, History, Run};
use jiff::Timestamp;

use crate::answers::Answers;
use crate::message::Trailers;
use crate::published::{Published, Raised};
use crate::tags::{TaggedRelease, Tags};

/// What the forge holds and what this run has done so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The commit to release.
    pub commit: CommitSha,
    /// The branch that it must be on.
    pub branch: BranchName,
    /// Whether the branch holds the commit.
    pub on_branch: bool,
    /// The repository's tags under the prefix.
    pub tags: Tags,
    /// What came since the highest final release, or by the commit alone when there is none (`None`), and since
    /// other releases that matter, by their commits; empty where the tags alone decide.
    pub histories: BTreeMap<Option<CommitSha>, History>,
    /// What was asked about single pull requests.
    pub answers: Answers,
    /// The version that the version file, or else the floor file, holds at the commit.
    pub committed_version: Option<TagVersion>,
    /// What the package index holds; `None` where it was not asked, as for a commit that is released already.
    pub published: Option<Published>,
    /// What is known of a release tag that was there before this run.
    pub existing: Option<Existing>,
    /// What this run has done.
    pub done: Done,
    /// The time.
    pub now: Timestamp,
    /// How long this run has waited for the forge's look-up.
    pub waited: Duration,
    /// How long the forge's look-up of pull requests may lag behind a merge.
    pub lookup_lag: Duration,
    /// The page of this run, for the tag's message.
    pub run_url: Option<String>,
}

impl Facts {
    /// What came since a release, as far as it was read.
    #[must_use]
    pub fn since(&self, release: Option<&TaggedRelease>) -> Option<&History> {
        self.histories.get(&release.map(|release| release.commit.clone()))
    }

    /// The commit to release, where it is part of what was read.
    #[must_use]
    pub fn head_commit(&self) -> Option<&Commit> {
        let mut commits = self.histories.values().flat_map(|history| &history.commits);
        commits.find(|commit| commit.sha == self.commit)
    }
}

/// A release tag that was there before this run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Existing {
    /// What its message tells.
    pub trailers: Trailers,
    /// When it was made, where it tells.
    pub tagged_at: Option<Timestamp>,
    /// A run of the workflow to dispatch that works on the tag already.
    pub run: Option<Run>,
}

/// What this run has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// The version whose tag this run made.
    pub created: Option<TagVersion>,
    /// What raised that version.
    pub raised: Option<Raised>,
    /// The floating tags that this run moved.
    pub moved: Vec<TagName>,
    /// What came of the dispatch.
    pub dispatched: Option<DispatchOutcome>,
}
