//! Who owns what a job's container wrote.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::checkout::Checkout;
use crate::other_user::NOBODY;

fn owners(folder: &Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        found.push((path.display().to_string(), fs_err::symlink_metadata(&path).unwrap().uid()));
        if path.is_dir() {
            found.extend(owners(&path));
        }
    }
    found
}

#[test]
fn what_root_writes_in_a_job_belongs_to_the_owner_of_the_workspace() {
    let checkout = Checkout::of_example();
    // gives the workspace to nobody; the program itself is started by root, as in a container
    if crate::other_user::program(&checkout).is_none() {
        return;
    }
    let mut program = checkout.program();
    program.args(["build", "--version", "1.4.0", "--out", "made/by/publish", "--report", "report.json"]);
    let ran =
        program.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", checkout.path("")).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let owners = owners(&checkout.path(""));
    assert!(owners.iter().any(|(path, _)| path.ends_with("made/by/publish/dist")), "{owners:?}");
    let others: Vec<_> = owners.iter().filter(|(_, owner)| *owner != NOBODY).collect();
    assert!(others.is_empty(), "{others:?}");
}
