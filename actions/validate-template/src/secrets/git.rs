//! Asking git. It is the one program that is started, and nothing of a template.

use std::path::Path;
use std::process::{Command, Stdio};

/// Git in a folder, with nothing that its repository could have it start.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // A monitor of the file system is a program of the repository's choice.
    command.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager"]);
    command.arg("-C").arg(folder).args(arguments);
    command.env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
