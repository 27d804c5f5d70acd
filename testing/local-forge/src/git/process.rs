//! Running git, cut off from the user's own configuration.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use super::BareRepository;

/// A git command that could not be run or that refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    /// The binary, a pipe or a file.
    #[error("could not run git")]
    Io(#[from] io::Error),
    /// git said no.
    #[error("`git {arguments}` failed: {stderr}")]
    Refused {
        /// What it was asked.
        arguments: String,
        /// What it answered.
        stderr: String,
    },
}

/// Variables by which a caller's git (a hook, say) would lead ours into another repository.
const FOREIGN: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_NAMESPACE",
];

impl BareRepository {
    /// A git command inside this repository.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .current_dir(self.place())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs git and gives what it printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<String, GitError> {
        let output = self.command(arguments).output()?;
        printed(arguments, &output)
    }

    /// Runs git and gives the first line that it printed, or `None` when it refused.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.command(arguments).output()?;
        if !output.status.success() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().next().map(str::to_owned))
    }

    /// Runs git with `input` on its standard input and gives what it printed.
    pub(crate) fn feed(&self, arguments: &[&str], input: &[u8]) -> Result<String, GitError> {
        let output = pipe(&mut self.command(arguments), input)?;
        printed(arguments, &output)
    }
}

/// Writes `input` while reading the output, since git may fill one pipe before it drains the other.
pub(crate) fn pipe(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().expect("standard input was asked to be a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // git may be satisfied before it has read everything; its exit status tells.
            drop(stdin.write_all(input));
        });
        child.wait_with_output()
    })
}

pub(super) fn printed(arguments: &[&str], output: &Output) -> Result<String, GitError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(GitError::Refused {
        arguments: arguments.join(" "),
        stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}
