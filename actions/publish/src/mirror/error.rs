//! Why a mirror cannot be written.

use domain::{CommitSha, PackageVersion};
use git::objects::ObjectError;
use mirror::rebuild::RebuildError;
use mirror::{PlaceError, Problem, SignersError, SigningKeyError};
use runner::{Diagnostic, Exit};

use crate::process::ProcessError;

/// Why a mirror cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The manifest names a mirror, and an input that it takes is not set.
    #[error("the manifest names a mirror, and `{0}` is not set")]
    NoInput(&'static str),
    /// The manifest names none, and the command is about it.
    #[error("the manifest names no mirror")]
    NoMirror,
    /// The layout has none.
    #[error(
        "the manifest names a mirror, and a project of its own is mirrored by nobody: its repository is the source"
    )]
    Standalone,
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// The earlier keys cannot be used.
    #[error("the input `mirror-allowed-signers` cannot be used")]
    Signers(#[from] SignersError),
    /// The repositories have no place that a commit could name.
    #[error("a mirror's commit cannot name this place")]
    Place(#[from] PlaceError),
    /// The source is in no commit.
    #[error("the commit that was built is not known")]
    NoCommit(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The files cannot be made from the commit.
    #[error("the mirror's files cannot be made from commit {commit}")]
    Rebuild {
        /// The commit.
        commit: CommitSha,
        /// Why.
        source: Box<RebuildError>,
    },
    /// What was published is not what the commit makes.
    #[error("`{path}` of the release is not what commit {commit} makes")]
    Differs {
        /// The file that was built.
        path: String,
        /// The commit.
        commit: CommitSha,
    },
    /// The mirror has no default branch yet.
    #[error("the mirror `{0}` has no branch yet")]
    NoBranch(String),
    /// The head is none of publish's, and a commit below it is, or says so.
    #[error("the mirror's head {head} is none of publish's: {why}")]
    Intruder {
        /// The head.
        head: CommitSha,
        /// What is wrong with it.
        why: Box<Problem>,
    },
    /// The version is there, with other files.
    #[error("the mirror's head {head} is release {version} already, with other files")]
    OtherFiles {
        /// The head.
        head: CommitSha,
        /// The version.
        version: PackageVersion,
    },
    /// The next commit has no number.
    #[error("the mirror has no number left for another commit")]
    NoNumber,
    /// The commit that was written is not what it should be.
    #[error("the commit that git has written for the mirror is not what was signed: {0}")]
    Unsound(String),
    /// git failed.
    #[error("could not {doing} the mirror `{place}`")]
    Git {
        /// What for.
        doing: &'static str,
        /// Where.
        place: String,
        /// Why.
        source: Box<ProcessError>,
    },
    /// The branch stands at what is no id of a commit that is known here.
    #[error("the mirror `{place}` names its head `{id}`, which is no SHA-1 of a commit")]
    Answer {
        /// Where.
        place: String,
        /// What it named.
        id: String,
    },
    /// What git fetched cannot be read.
    #[error("could not read what git fetched from the mirror")]
    Objects(#[from] ObjectError),
    /// The disk refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Diagnostic for MirrorError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoInput(_)
            | Self::NoMirror
            | Self::Standalone
            | Self::Key(_)
            | Self::Signers(_)
            | Self::Place(_)
            | Self::NoCommit(_)
            | Self::Rebuild { .. }
            | Self::NoBranch(_)
            | Self::Differs { .. } => Exit::BadInput,
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoInput(_) => {
                "set it, or remove `[mirror]` from the manifest; docs/mirror-guard.md says how to make key and token"
            }
            Self::NoMirror => "name it by `[mirror] repository = \"owner/name\"`",
            Self::Standalone => "remove `[mirror]` from the manifest",
            Self::Key(error) => error.mending(),
            Self::Signers(error) => error.mending(),
            Self::NoCommit(_) => "check out the repository before this step, as git has it",
            Self::Rebuild { .. } => {
                "commit what the build needs; the checkout must have that commit's objects"
            }
            Self::Differs { .. } => "build from a clean checkout of the commit",
            Self::NoBranch(_) => "set `branch` in the manifest's `[mirror]`",
            Self::Intruder { .. } => {
                "put the branch back to publish's last commit; if that was signed by an earlier key, add its public half to \
                 `mirror-allowed-signers`; or leave the history behind by `history = \"replace\"` in `[mirror]`"
            }
            Self::Answer { .. } => "a mirror must be a repository of git's SHA-1 objects",
            Self::OtherFiles { .. } => "publish a new version: a release never changes",
            Self::Git { .. } => {
                "`mirror-token` needs the right to write to the repository, and its workflows too where the mirror has any; \
                 rules of the branch must let its owner push"
            }
            Self::Place(_) | Self::NoNumber | Self::Unsound(_) | Self::Objects(_) | Self::Io(_) => {
                return Vec::new();
            }
        };
        vec![hint.to_owned()]
    }
}
