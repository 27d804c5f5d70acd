use std::io;
use std::path::PathBuf;

use crate::exit::{Diagnostic, Exit};

/// The event cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A variable that tells of the event is not set.
    #[error("the environment's `{variable}` is not set, so there is no event to read")]
    Unset {
        /// Its name.
        variable: &'static str,
    },
    /// The payload's file cannot be read; the source names it.
    #[error("could not read the event's payload")]
    Unreadable(#[source] io::Error),
    /// The payload is not what its event's payloads are.
    #[error("the event's payload `{}` is malformed at `{field}`: {why}", .file.display())]
    Malformed {
        /// The payload's file.
        file: PathBuf,
        /// The path of the field: `pull_request.base.sha`; `.` is the whole.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Diagnostic for EventError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Unset { .. } => {
                vec!["a runner sets `GITHUB_EVENT_NAME` and `GITHUB_EVENT_PATH`; on a laptop, set them for the command".to_owned()]
            }
            Self::Unreadable(_) | Self::Malformed { .. } => Vec::new(),
        }
    }
}

/// What is wrong with a payload, before it is known which file held it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) field: String,
    pub(super) why: String,
}

impl Malformed {
    pub(super) fn in_file(self, file: &str) -> EventError {
        EventError::Malformed { file: file.into(), field: self.field, why: self.why }
    }
}
