//! Why a child did not do what it was started for.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use runner::{Diagnostic, Exit};

/// Why a child did not do what it was started for.
///
/// Commands are shown as they were started, without their environment, which is where secrets are.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program is not on this machine.
    #[error("`{program}` was not found on the path")]
    NotFound {
        /// Its name.
        program: String,
    },
    /// The program is there, and is too old.
    #[error("`{program}` {wanted} or newer is needed, and it says `{told}`")]
    TooOld {
        /// Its name.
        program: String,
        /// What it says of its version.
        told: String,
        /// The oldest that will do.
        wanted: String,
    },
    /// The folder to start it in is not there.
    #[error("could not start `{command}`: its folder `{}` is not there", .folder.display())]
    NoFolder {
        /// The command.
        command: String,
        /// The folder.
        folder: PathBuf,
    },
    /// The system refused.
    #[error("could not start `{command}`")]
    Start {
        /// The command.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// It took too long and was ended.
    #[error("`{command}` was ended after {} s", .after.as_secs())]
    TimedOut {
        /// The command.
        command: String,
        /// How long it was given.
        after: Duration,
        /// What it had printed.
        source: Said,
    },
    /// This process was told to end, and ended it.
    #[error("`{command}` was ended, since this run was interrupted by signal {signal}")]
    Interrupted {
        /// The command.
        command: String,
        /// The signal's number.
        signal: usize,
    },
    /// It ended in failure.
    #[error("`{command}` failed: {status}")]
    Failed {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        source: Said,
    },
    /// It printed more than is wanted.
    #[error("`{command}` printed more than {limit} bytes")]
    TooMuch {
        /// The command.
        command: String,
        /// How much is wanted.
        limit: usize,
    },
}

/// What a program printed, as the reason why something failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", if .0.trim().is_empty() { "it printed nothing" } else { .0.trim() })]
pub struct Said(pub String);

impl Diagnostic for ProcessError {
    fn exit(&self) -> Exit {
        match self {
            Self::NotFound { .. } | Self::TooOld { .. } => Exit::BadInput,
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NotFound { program } => match program.as_str() {
                "uv" => {
                    "install uv: `pip install uv`, or see https://docs.astral.sh/uv/getting-started/installation/; \
                     the action's own image has it"
                }
                "git" => "install git: https://git-scm.com/downloads; the action's own image has it",
                _ => "install it, or add its folder to `PATH`",
            },
            Self::TooOld { program, .. } if program == "uv" => {
                "bring it up to date: `uv self update`, or `pip install --upgrade uv`"
            }
            Self::TimedOut { .. } => "run it again; when it is slow every time, see what it waits for",
            _ => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}
