//! What is not read, and why.

use std::io;

use runner::{Diagnostic, Exit};
use text::DecodeError;

/// What was named is no folder to look at.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is nothing of the name, or it cannot be looked at.
    #[error("could not open the folder `{name}`")]
    Missing {
        /// The path as it was given.
        name: String,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// There is something else of the name.
    #[error("`{name}` is not a folder")]
    NotAFolder {
        /// The path as it was given.
        name: String,
    },
}

impl Diagnostic for FolderError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Missing { .. } => vec![
                "name the folder of a template; in a workflow, check the repository out before this step"
                    .to_owned(),
            ],
            Self::NotAFolder { .. } => vec!["name the folder that the file lies in".to_owned()],
        }
    }
}

/// Why a file is not read. Printed, it goes after the file's name: ``… has 50 MiB, and at most 1 MiB is read``.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is larger than any sane file of its kind.
    #[error("has {}, and at most {} is read", Size(*.bytes), Size(*.limit))]
    TooLarge {
        /// How large it is; where it grows meanwhile, how much of it was seen.
        bytes: u64,
        /// How large it may be.
        limit: u64,
    },
    /// It is, or leads through, a link or a path to the outside.
    #[error("lies outside of the template's folder")]
    Outside,
    /// It is a link to nothing.
    #[error("is a link to nothing")]
    DeadLink,
    /// It is a folder, a pipe, a device.
    #[error("is not a regular file")]
    NotAFile,
    /// It is not UTF-8.
    #[error("is {0}")]
    NotText(DecodeError),
    /// The system does not give it.
    #[error("could not be read: {0}")]
    Unreadable(io::Error),
}

impl Refused {
    /// What would mend it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "keep data out of files that describe the template",
            Self::Outside | Self::DeadLink => "put the file itself into the template",
            Self::NotAFile => "put a regular file there",
            Self::NotText(error) => error.hint(),
            Self::Unreadable(_) => "let the user who runs this read the file",
        }
    }
}

struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            bytes if bytes < 1024 => write!(f, "{bytes} bytes"),
            bytes if bytes < 1024 * 1024 => write!(f, "{} KiB", bytes.div_ceil(1024)),
            bytes => write!(f, "{} MiB", bytes.div_ceil(1024 * 1024)),
        }
    }
}
