//! `check`: build and prove, and write nothing; the version is that of the run, where it is for one.

use crate::checkout::{Checkout, Ran};

/// `check` in a run that is for this ref.
fn check(checkout: &Checkout, git_ref: &str) -> Ran {
    Ran::of(&checkout.program().args(["check", "--out", "out"]).env("GITHUB_REF", git_ref).output().unwrap())
}

#[test]
fn modules_are_checked_as_the_version_of_the_tag_that_the_run_is_for() {
    let checkout = Checkout::of_example();
    let tagged = check(&checkout, "refs/tags/runtime-v0.2.0-rc.1").ok();
    assert!(tagged.out.contains("version: 0.2.0rc1\n"), "{}", tagged.out);
    let on_a_branch = check(&checkout, "refs/heads/main").ok();
    assert!(on_a_branch.out.contains("version: 0+local\n"), "{}", on_a_branch.out);
    assert!(!checkout.path("out").exists());
}

#[test]
fn a_project_is_not_checked_as_another_version_than_that_of_the_tag() {
    let checkout = Checkout::of("standalone");
    let tagged = check(&checkout, "refs/tags/runtime-v9.9.9");
    assert_eq!(tagged.code, Some(2), "{tagged:?}");
    assert!(tagged.err.contains("and 9.9.9 is to be built"), "{}", tagged.err);
}
