//! Why nothing could be judged. The guard fails then, as if it had found something.

use std::io;
use std::path::PathBuf;

use domain::CommitSha;
use git::objects::ObjectError;
use mirror::{PlaceError, SignersError};
use runner::{Diagnostic, Exit};

/// Why nothing could be judged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuardError {
    #[error("the trust root cannot be used: {0}")]
    Signers(#[from] SignersError),
    #[error("`{mode}` needs the input `target`")]
    NoTarget { mode: &'static str },
    #[error("the event does not tell the repository's default branch")]
    NoBranch,
    #[error("the mirror has no place that a commit could name")]
    Place(#[from] PlaceError),
    #[error("the event `{0}` tells of nothing that could be judged")]
    Event(String),
    #[error("`{}` is no git repository", .0.display())]
    NoRepository(PathBuf),
    #[error("`{}` keeps its refs in a format that is not supported", .0.display())]
    RefFormat(PathBuf),
    #[error("`{}` cannot be read: {why}", .path.display())]
    Refs { path: PathBuf, why: String },
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("the updates cannot be read: line {line} is no `old new ref`")]
    Update { line: usize },
    #[error("the standard input tells of no update")]
    NoUpdate,
    #[error("the object `{id}` is not {what}")]
    Kind { id: CommitSha, what: &'static str },
    #[error("the object `{id}` cannot be read: {why}")]
    Malformed { id: CommitSha, why: &'static str },
    #[error("the history of {id} has more than {limit} commits that are judged at once")]
    TooLong { id: CommitSha, limit: usize },
    #[error("the history of {id} has more than {limit} bytes of commits that are judged at once")]
    TooLarge { id: CommitSha, limit: usize },
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

impl Diagnostic for GuardError {
    fn exit(&self) -> Exit {
        match self {
            Self::Signers(_) | Self::NoTarget { .. } | Self::NoBranch | Self::Place(_) | Self::Event(_) => {
                Exit::BadInput
            }
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Signers(error) => error.mending(),
            Self::NoTarget { .. } | Self::NoBranch | Self::Place(_) => {
                "set `target` to `host/owner/name#refs/heads/branch`"
            }
            Self::Event(_) => {
                "run it on `push`, `pull_request`, `pull_request_target` or `schedule`, or set `mode`"
            }
            Self::NoRepository(_) => "check out the mirror before this step, or set `path` to it",
            Self::RefFormat(_) => "clone it with `--ref-format=files`",
            Self::Objects(ObjectError::Missing(_)) => {
                "check out with `fetch-depth: 0`; after a force-push, also fetch the commit that the branch had before"
            }
            Self::Update { .. } | Self::NoUpdate => {
                "git starts this mode, as a `pre-receive` hook, with its own standard input, which no other program may read \
                 before"
            }
            Self::TooLong { .. } | Self::TooLarge { .. } => {
                "let publish replace the history: `history = \"replace\"` in the manifest's `[mirror]`"
            }
            Self::Objects(error) => return error.hint().map(str::to_owned).into_iter().collect(),
            _ => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}
