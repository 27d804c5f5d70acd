//! Why a run failed.

use domain::CommitSha;
use index::IndexError;
use runner::{Diagnostic, Exit};

use crate::plan::PlanError;
use crate::version_file::VersionFileError;

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The forge did not do what was asked.
    #[error(transparent)]
    Forge(#[from] forge::Error),
    /// The package index did not tell what it holds.
    #[error(transparent)]
    Index(#[from] Box<IndexError>),
    /// No verdict can be given.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The branch is not there.
    #[error("branch `{branch}` is not in `{repo}`")]
    NoBranch {
        /// The branch, or `the default branch`.
        branch: String,
        /// The repository.
        repo: String,
    },
    /// The commit is not there.
    #[error("commit `{commit}` is not in `{repo}`")]
    NoCommit {
        /// The commit to release.
        commit: CommitSha,
        /// The repository.
        repo: String,
        /// The forge's answer.
        source: forge::Error,
    },
    /// A version file tells no version.
    #[error("could not take the version from `{path}` at this commit")]
    VersionFile {
        /// The file.
        path: String,
        /// Why.
        source: VersionFileError,
    },
    /// A version file is not there.
    #[error("`{0}` is not in the repository at this commit")]
    NoVersionFile(String),
    /// Others were faster, again and again.
    #[error("the repository's tags changed under this run {0} times")]
    Contended(u32),
    /// Each answer about pull requests raised new questions.
    #[error("which pull requests brought the commits is still open after {0} rounds of questions")]
    OpenQuestions(usize),
    /// The commits name more pull requests than are asked for.
    #[error("{asked} pull requests are to be asked for since the last release, and at most {most} are")]
    TooManyQuestions {
        /// How many would be asked for.
        asked: usize,
        /// How many may be.
        most: usize,
    },
    /// A floating tag could not be moved.
    #[error("could not move tag `{name}`: the server said `{reason}`")]
    NotMoved {
        /// The tag.
        name: String,
        /// The server's reason.
        reason: String,
    },
}

impl Diagnostic for ReleaseError {
    fn exit(&self) -> Exit {
        match self {
            Self::VersionFile { .. }
            | Self::NoVersionFile(_)
            | Self::NoCommit { .. }
            | Self::Plan(PlanError::NotOnBranch { .. })
            | Self::Forge(forge::Error::Credential { .. }) => Exit::BadInput,
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Forge(error) => error.hint(),
            Self::Index(error) => index_hint(error),
            Self::Plan(error) => Some(error.hint()),
            Self::NoCommit { .. } => {
                Some("release a commit that was pushed, with a token that may read it".to_owned())
            }
            Self::NoBranch { .. } => Some("give a `branch` that exists".to_owned()),
            Self::VersionFile { .. } => {
                Some("commit a `version` such as `1.4.0` under `[project]`".to_owned())
            }
            Self::NoVersionFile(_) => {
                Some("give the file's path relative to the repository's root".to_owned())
            }
            Self::Contended(_) => Some("run again: what is released stays, and the rest follows".to_owned()),
            Self::OpenQuestions(_) => {
                Some("report this: a history of this shape was not foreseen".to_owned())
            }
            Self::TooManyQuestions { .. } => {
                Some("tag a commit in between by hand, so that the next release follows that one".to_owned())
            }
            Self::NotMoved { .. } => Some(
                "let the token's user move the tag, then run again: the release itself is made".to_owned(),
            ),
        };
        hint.into_iter().collect()
    }
}

/// What lets the index be read.
fn index_hint(error: &IndexError) -> Option<String> {
    let status = error.http().and_then(http_client::Error::status).map(|status| status.as_u16());
    match status {
        Some(401 | 403) => Some(
            "give `index-user` and an `index-token` that may read it; without both it is read as everybody"
                .to_owned(),
        ),
        _ => error.hint(),
    }
}
