//! A disk that refuses: the earlier build stays, nothing is left half-written, and a second try succeeds.

use std::process::Command;

use crate::checkout::{Checkout, EPOCH};
use crate::notice::nothing_was_tested;

#[test]
fn a_folder_that_may_not_be_written_to_is_told() {
    let checkout = Checkout::of_example();
    let roots = tempfile::tempdir().unwrap();
    let out = roots.path().join("out");
    let Some(mut program) = crate::other_user::program(&checkout) else { return };
    let ran = program.args(["build", "--version", "1.4.0", "--out"]).arg(&out).output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    for words in [
        "could not write the package",
        roots.path().to_str().unwrap(),
        "Permission denied",
        "write to another folder by `out`",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(fs_err::read_dir(roots.path()).unwrap().count(), 0);
}

/// Builds onto a disk of 512 KiB that no other process sees: once well, once with a file that does not fit, and once
/// well again.
const ON_A_SMALL_DISK: &str = r#"
set -u
mount -t tmpfs -o size=512k tmpfs disk || { echo NO DISK; exit 0; }
build() { "$0" build --version "$1" --out disk/out >/dev/null; echo "ended with $?"; }
build 1.4.0
head -c 400000 /dev/urandom > workspace/skill_loader/noise.bin
build 1.5.0
ls -A disk disk/out/dist
rm workspace/skill_loader/noise.bin
build 1.5.0
ls -A disk disk/out/dist
"#;

#[test]
fn a_full_disk_leaves_the_earlier_build_and_nothing_else() {
    let checkout = Checkout::of_example();
    fs_err::create_dir(checkout.path("disk")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["--mount", "/bin/sh", "-c", ON_A_SMALL_DISK, env!("CARGO_BIN_EXE_publish")]);
    command
        .current_dir(checkout.path(""))
        .env_clear()
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .env("PATH", "/usr/bin:/bin");
    let ran = command.output();
    let said = ran.as_ref().map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned()).unwrap_or_default();
    if said.is_empty() || said.contains("NO DISK") {
        nothing_was_tested(&format!("no disk could be mounted: {ran:?}"));
        return;
    }
    let listing = |version: &str| {
        let name = format!("acme_workspace_runtime-{version}");
        format!("disk:\nout\n\ndisk/out/dist:\n{name}-py3-none-any.whl\n{name}.tar.gz\n")
    };
    let (earlier, later) = (listing("1.4.0"), listing("1.5.0"));
    assert_eq!(said, format!("ended with 0\nended with 1\n{earlier}ended with 0\n{later}"));
    let errors = String::from_utf8(ran.unwrap().stderr).unwrap();
    assert!(errors.contains("No space left on device") && errors.contains("hint: make room"), "{errors}");
}
