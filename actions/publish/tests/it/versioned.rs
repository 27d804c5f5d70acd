//! What a build of a git checkout takes from git, and what git is told.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::checkout::{Checkout, Ran};

/// Runs git in a folder of a checkout; commits are of one time.
fn git(checkout: &Checkout, folder: &str, seconds: u32, arguments: &[&str]) {
    let settings = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
    let mut git = Command::new("git");
    git.arg("-C").arg(checkout.path(folder)).args(settings).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git.env("GIT_COMMITTER_DATE", format!("{seconds} +0000"));
    let output = git.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(checkout: &Checkout, folder: &str, seconds: u32) {
    git(checkout, folder, seconds, &["init", "--quiet"]);
    git(checkout, folder, seconds, &["add", "--all"]);
    git(checkout, folder, seconds, &["commit", "--quiet", "--allow-empty", "-m", "all"]);
}

/// The program with git on its path, and no time but the commit's.
fn program(checkout: &Checkout) -> Command {
    let mut program = checkout.program();
    let path = runner::Environment::of_process().get("PATH").unwrap().to_owned();
    program.env_remove("SOURCE_DATE_EPOCH").env("PATH", path);
    program.args(["build", "--version", "1.4.0", "--out", "out"]);
    program
}

fn wheel(checkout: &Checkout) -> Vec<u8> {
    fs_err::read(checkout.path("out/dist/acme_workspace_runtime-1.4.0-py3-none-any.whl")).unwrap()
}

#[test]
fn the_time_is_that_of_the_checkouts_commit_whatever_repository_the_job_names() {
    let checkout = Checkout::of_example();
    commit(&checkout, "", 1_700_000_000);
    let elsewhere = Checkout::empty();
    commit(&elsewhere, "", 1_500_000_000);
    let mut named = program(&checkout);
    named.env("GIT_DIR", elsewhere.path(".git")).env("GIT_WORK_TREE", elsewhere.path(""));
    Ran::of(&named.output().unwrap()).ok();
    let built = wheel(&checkout);
    checkout.build().ok();
    assert!(built == wheel(&checkout), "the wheel carries another time");
}

#[test]
fn git_is_given_no_token() {
    let checkout = Checkout::of_example();
    let folder = tempfile::tempdir().unwrap();
    let spy = folder.path().join("git");
    fs_err::write(
        &spy,
        format!("#!/bin/sh\n/usr/bin/env > {}\necho 1700000000\n", folder.path().join("seen").display()),
    )
    .unwrap();
    fs_err::set_permissions(&spy, PermissionsExt::from_mode(0o755)).unwrap();
    let mut program = program(&checkout);
    program.env("PATH", folder.path()).env("GITHUB_TOKEN", "hunter2").env("INPUT_TOKEN", "hunter2");
    Ran::of(&program.output().unwrap()).ok();
    let seen = fs_err::read_to_string(folder.path().join("seen")).unwrap();
    assert!(seen.contains("GIT_TERMINAL_PROMPT=0") && !seen.contains("hunter2"), "{seen}");
}

#[test]
fn what_is_not_as_the_commit_has_it_is_built_and_told() {
    let checkout = Checkout::of_example();
    commit(&checkout, "", 1_700_000_000);
    let quiet = Ran::of(&program(&checkout).output().unwrap()).ok();
    assert!(!quiet.err.contains("in the commit"), "{}", quiet.err);
    checkout.write("workspace/adapters/draft.py", "");
    checkout.write("workspace/tests/test_draft.py", "");
    checkout.edit("workspace/config.py", "\"\"\"", "\"\"\"Changed. ");
    let told = Ran::of(&program(&checkout).output().unwrap()).ok();
    for words in [
        "`workspace/adapters/draft.py` is not in the commit, and is built as it is",
        "`workspace/config.py` is not as the commit has it, and is built as it is",
    ] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    assert!(!told.err.contains("`out/") && !told.err.contains("test_draft"), "{}", told.err);
}
