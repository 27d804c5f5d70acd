//! What a run comes to, and what is left to do for it.

use std::time::Duration;

use domain::{Bump, CommitSha, ReleaseTag, TagName, TagVersion};

use crate::decide::Contribution;
use crate::published::Raised;
use crate::wait::Awaited;

/// What is to be done, given what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Something is still to come: look again after this time.
    Wait(Duration, Awaited),
    /// Everything is known: the verdict, and the steps that are left. Without steps the run is done.
    Go(Box<Course>),
}

/// A verdict and what is left to do for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What this run comes to.
    pub verdict: Verdict,
    /// What is left to do, in this order.
    pub steps: Vec<Step>,
    /// What people should know.
    pub warnings: Vec<String>,
}

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The commit gets this release, or has it.
    Release(Release),
    /// There is nothing to release.
    Skip(Skip),
}

/// A release of the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its tag.
    pub tag: ReleaseTag,
    /// The final release before it.
    pub previous: Option<ReleaseTag>,
    /// How far the version moves; `None` for the first release.
    pub bump: Option<Bump>,
    /// What raised the version beside that, where this run knows it.
    pub raised: Option<Raised>,
    /// What asked for it, by pull request.
    pub contributions: Vec<Contribution>,
    /// The numbers of its pull requests.
    pub pulls: Vec<u64>,
    /// Whether the tag was there before this run.
    pub existed: bool,
}

/// Why there is nothing to release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The reason in one word, for the output.
    pub reason: SkipReason,
    /// The reason in a sentence.
    pub why: String,
    /// The release that makes this one needless, where there is one.
    pub release: Option<ReleaseTag>,
    /// What was weighed.
    pub contributions: Vec<Contribution>,
}

/// Why there is nothing to release, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// A newer release contains the commit.
    Superseded,
    /// The newest commit's message holds a skip marker.
    SkipMarker,
    /// No changed file is among `paths`.
    Paths,
    /// No pull request asks for a release.
    SkipLabel,
    /// There is no pull request, and `on-no-pr` is `skip`.
    NoPullRequest,
    /// The version in the version file is tagged already.
    VersionTagged,
}

impl SkipReason {
    /// The output's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::SkipMarker => "skip-marker",
            Self::Paths => "paths",
            Self::SkipLabel => "skip-label",
            Self::NoPullRequest => "no-pull-request",
            Self::VersionTagged => "version-tagged",
        }
    }
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make the tag. It is never moved when it is there.
    CreateTag {
        /// Its name.
        name: TagName,
        /// The version that it names.
        version: TagVersion,
        /// Its message.
        message: String,
    },
    /// Move a floating tag, if it still holds `from`.
    MoveTag {
        /// Its name.
        name: TagName,
        /// What its ref holds now; `None` when it does not exist.
        from: Option<CommitSha>,
        /// The commit that it shall lead to.
        to: CommitSha,
    },
    /// Start a workflow at the tag.
    Dispatch {
        /// The workflow's file.
        workflow: String,
        /// The tag to run at.
        tag: TagName,
        /// The workflow's inputs.
        inputs: Vec<(String, String)>,
    },
}
