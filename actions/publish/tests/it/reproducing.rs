//! The same source makes the same bytes, wherever, whenever and by whom it is built.

use std::path::Path;
use std::process::Command;

use crate::checkout::{Checkout, EPOCH};

fn archives(checkout: &Checkout) -> [Vec<u8>; 2] {
    let read = |name: &str| fs_err::read(checkout.path("out/dist").join(name)).unwrap();
    [read("acme_workspace_runtime-1.4.0-py3-none-any.whl"), read("acme_workspace_runtime-1.4.0.tar.gz")]
}

fn expected() -> [Vec<u8>; 2] {
    let checkout = Checkout::of_example();
    checkout.build().ok();
    archives(&checkout)
}

/// Runs a shell command line in which `"$0"` is the program.
fn by_shell(checkout: &Checkout, line: &str) -> Command {
    let program = checkout.program();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).arg(program.get_program()).current_dir(checkout.path(""));
    shell.env_clear().env("SOURCE_DATE_EPOCH", EPOCH).env("PATH", "/usr/bin:/bin");
    shell
}

const BUILD: &str = "\"$0\" build --version 1.4.0 --out out";

#[test]
fn umask_folder_and_times_of_files_leave_no_trace() {
    let checkout = Checkout::of_example();
    let line = format!(
        "umask 077; find . -exec touch -d 2001-01-01T00:00:00 {{}} +; TZ=Asia/Tokyo LC_ALL=tr_TR HOME=/nowhere {BUILD}"
    );
    let ran = by_shell(&checkout, &line).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert!(archives(&checkout) == expected());
}

#[cfg(unix)]
#[test]
fn another_user_leaves_no_trace() {
    let checkout = Checkout::of_example();
    let Some(mut program) = crate::other_user::program(&checkout) else { return };
    let ran = program.args(["build", "--version", "1.4.0", "--out", "out"]).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert!(archives(&checkout) == expected());
}

#[test]
fn another_time_is_another_archive() {
    let checkout = Checkout::of_example();
    checkout.run(&["build", "--version", "1.4.0", "--out", "out", "--source-date-epoch", "1700000002"]).ok();
    let [wheel, sdist] = archives(&checkout);
    let [other_wheel, other_sdist] = expected();
    assert!(wheel != other_wheel && sdist != other_sdist);
}

#[test]
fn the_time_is_that_of_the_commit_where_none_is_given() {
    let checkout = Checkout::of_example();
    let line = format!(
        "unset SOURCE_DATE_EPOCH; git init -q . && git add -A . && GIT_COMMITTER_DATE='{EPOCH} +0900' \
         git -c user.name=a -c user.email=a@example.com commit -q -m a && {BUILD}"
    );
    let ran = by_shell(&checkout, &line).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert!(archives(&checkout) == expected());
}

#[test]
fn without_a_commit_and_a_given_time_nothing_is_built() {
    let checkout = Checkout::of_example();
    let mut program = checkout.program();
    let path = Path::new("/usr/bin:/bin");
    let ran = program.args(["check"]).env_remove("SOURCE_DATE_EPOCH").env("PATH", path).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(
        said.contains("the time of the commit is not known") && said.contains("source-date-epoch"),
        "{said}"
    );
}
