//! Why an object or a revision cannot be read.

use std::io;
use std::path::PathBuf;

use domain::CommitSha;

/// Why an object or a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no repository.
    #[error("there is no git repository at `{}` or above", .0.display())]
    NoRepository(PathBuf),
    /// A file or folder of the repository cannot be read.
    #[error("could not read `{}`", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// The repository keeps its refs or objects in a way that is not read here.
    #[error("the repository keeps its {0}, which is not read")]
    Unknown(&'static str),
    /// No object has the id.
    #[error("the object `{0}` is not in the repository")]
    Missing(CommitSha),
    /// What is stored under an id is broken, or something else.
    #[error("the object `{id}` is broken: {why}")]
    Corrupt {
        /// Its id.
        id: CommitSha,
        /// What is wrong.
        why: String,
    },
    /// Nothing is called so.
    #[error("`{0}` is no revision of the repository")]
    NoRevision(String),
    /// Several objects begin so.
    #[error("`{0}` may be several commits: write more of the id")]
    Ambiguous(String),
    /// Two commits have nothing in common, as far as the repository reaches.
    #[error("`{one}` and `{other}` have no commit in common here")]
    NothingInCommon {
        /// One commit.
        one: CommitSha,
        /// The other.
        other: CommitSha,
        /// Whether the clone is shallow, so that it may be what is missing.
        is_shallow: bool,
    },
}

impl ObjectError {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoRepository(_) => {
                Some("check the repository out before this step, with its history: `fetch-depth: 0`")
            }
            Self::Missing(_) | Self::NoRevision(_) | Self::NothingInCommon { .. } => {
                Some("let the checkout step fetch the whole history: `fetch-depth: 0`")
            }
            Self::Unreadable { .. } | Self::Unknown(_) | Self::Corrupt { .. } | Self::Ambiguous(_) => None,
        }
    }
}
