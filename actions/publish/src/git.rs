//! The git binary: it stands beside every checkout, and reading packs, worktrees and submodules is its business.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::{ChildEnvironment, Invocation, ProcessError};

/// How long git may take to answer.
const PATIENCE: Duration = Duration::from_mins(2);

/// How many files a message names.
const NAMED: usize = 3;

/// Why git tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The name of a file is no text.
    #[error("`{}` has a name that is not UTF-8", .0.display())]
    Undecodable(PathBuf),
}

/// What every command that may start git is given: in a container the checkout is another user's, and nothing is to
/// be written that is not asked for.
pub(crate) fn with_git(command: Invocation) -> Invocation {
    let settings = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
    ];
    settings.into_iter().fold(command, |command, (name, value)| command.variable(name, value))
}

/// What git prints, started in `folder`. It is given what every child is: no token, and no variable of the job, such
/// as `GIT_DIR`, that would have it look at another repository.
pub(crate) fn output(
    folder: &Path,
    environment: &ChildEnvironment,
    arguments: &[&str],
) -> Result<Vec<u8>, ProcessError> {
    let git = Invocation::new("git", environment, PATIENCE).folder(folder);
    with_git(git.arguments(arguments.iter().copied())).output()
}

/// The entries that git prints with `-z`.
pub(crate) fn entries(
    folder: &Path,
    environment: &ChildEnvironment,
    arguments: &[&str],
) -> Result<Vec<String>, GitError> {
    let printed = output(folder, environment, arguments)?;
    let entries = printed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            std::str::from_utf8(entry)
                .map(str::to_owned)
                .map_err(|_| GitError::Undecodable(folder.join(String::from_utf8_lossy(entry).into_owned())))
        })
        .collect()
}

/// The checkout that a folder lies in, if it does; the folder's path is without links.
pub(crate) fn checkout(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// What becomes of files that are in no commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Untracked {
    /// They are built like any other.
    Built,
    /// They are left behind.
    LeftOut,
}

/// Says what on disk, in `folder`, is not as the commit has it, of the files that `concerns` a build: it is asked by
/// the path below the folder, which is one without links.
pub(crate) fn tell_changes(
    folder: &Path,
    environment: &ChildEnvironment,
    fate: Untracked,
    concerns: impl Fn(&Path) -> bool,
) -> Result<(), GitError> {
    let below = checkout(folder).and_then(|checkout| folder.strip_prefix(checkout).ok()).unwrap_or(folder);
    // each file by its name, whatever is configured: that of a folder says nothing of what would be shipped of it
    let status = entries(
        folder,
        environment,
        &["status", "-z", "--porcelain", "--no-renames", "--untracked-files=all", "--", "."],
    )?;
    let (untracked, changed): (Vec<_>, Vec<_>) = status.iter().partition(|entry| entry.starts_with("?? "));
    let fate = match fate {
        Untracked::Built => "not in the commit, and is built as it is",
        Untracked::LeftOut => "not in the commit, and is left out",
    };
    for (entries, what) in [(changed, "not as the commit has it, and is built as it is"), (untracked, fate)] {
        let names = entries.iter().filter_map(|entry| entry.get(3..));
        let names: Vec<_> =
            names.filter(|name| Path::new(name).strip_prefix(below).is_ok_and(&concerns)).collect();
        if !names.is_empty() {
            tracing::warn!("{} is {what}", shortened(&names));
        }
    }
    Ok(())
}

fn shortened(names: &[&str]) -> String {
    let first = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
