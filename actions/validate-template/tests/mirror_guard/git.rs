//! The real git, with no configuration but its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What git prints; it must succeed.
#[track_caller]
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    git_with(folder, arguments, b"")
}

/// The same with a standard input.
#[track_caller]
pub(crate) fn git_with(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let output = run(&mut command(folder, arguments), input);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// How git ended.
pub(crate) fn try_git(folder: &Path, arguments: &[&str]) -> Output {
    run(&mut command(folder, arguments), b"")
}

/// git, about to be started.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args([
        "-c",
        "user.name=somebody",
        "-c",
        "user.email=somebody@acme.test",
        "-c",
        "init.defaultBranch=main",
    ]);
    git.args(["-c", "advice.detachedHead=false"]).args(arguments).current_dir(folder);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    git
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // who does not read its input to the end has its reasons
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}
