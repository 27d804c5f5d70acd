//! A committed version is gated as labels are.

use local_forge::{MergeStyle, NewPull};

use crate::stage::{REPO, Stage};

const BY_FILE: (&str, &str) = ("version-source", "file");

fn pyproject(version: &str) -> String {
    format!("[project]\nname = \"runtime\"\nversion = \"{version}\"\n")
}

/// Merges a pull request that commits this version; the merge's commit.
fn with_version(stage: &Stage, version: &str, labels: &[&str]) -> String {
    let (title, text) = (format!("Be {version}"), pyproject(version));
    let pull = NewPull { files: &[("pyproject.toml", &text)], labels, ..NewPull::titled(&title) };
    let pull = stage.forge.pull_request(REPO, &pull);
    stage.forge.merge(REPO, pull.number, MergeStyle::Squash)
}

on_both! {
    fn an_older_commit_does_not_tag_its_older_version_late(stage: &Stage) {
        stage.released("1.3.9");
        let older = with_version(stage, "1.4.0", &[]);
        let newer = with_version(stage, "1.5.0", &[]);
        stage.run_push(&newer, &[BY_FILE]).releases("runtime-v1.5.0");
        stage.run_push(&older, &[BY_FILE]).skips("superseded").says("`runtime-v1.5.0` contains this commit");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.5.0"]);
    }

    fn a_version_that_goes_back_is_an_error_that_says_so(stage: &Stage) {
        stage.released("1.3.9");
        let lower = with_version(stage, "1.2.0", &[]);
        stage
            .run_push(&lower, &[BY_FILE])
            .exits(1)
            .says("`pyproject.toml` holds version 1.2.0, which is lower than `runtime-v1.3.9`")
            .says("commit a version that is higher than 1.3.9");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_version_of_a_pull_request_that_asks_for_no_release_waits(stage: &Stage) {
        stage.released("1.3.9");
        let quiet = with_version(stage, "1.4.0", &["release:skip"]);
        stage.run_push(&quiet, &[BY_FILE]).skips("skip-label");
        let next = stage.merged("Now", &[], MergeStyle::Squash);
        let ran = stage.run_push(&next, &[BY_FILE]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "1,2");
    }

    fn direct_pushes_can_be_forbidden(stage: &Stage) {
        stage.released("1.3.9");
        let direct = stage.forge.commit(REPO, "main", &[("pyproject.toml", &pyproject("1.4.0"))], "Be 1.4.0");
        stage.run_push(&direct, &[BY_FILE, ("on-no-pr", "fail")]).exits(1).says("came by no pull request");
        stage.run_push(&direct, &[BY_FILE]).releases("runtime-v1.4.0");
    }

    fn a_lookup_that_lags_is_waited_for(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(2);
        let text = pyproject("1.4.0");
        let pull = NewPull { files: &[("pyproject.toml", &text)], ..NewPull::titled("Be 1.4.0") };
        let pull = stage.forge.pull_request(REPO, &pull);
        let merge = stage.forge.merge(REPO, pull.number, MergeStyle::Rebase);
        let ran = stage.run_push(&merge, &[BY_FILE]).releases("runtime-v1.4.0").says("waiting 1 s");
        assert_eq!(ran.output("pr-numbers"), "1");
    }

    fn contradicting_labels_are_told(stage: &Stage) {
        stage.released("1.3.9");
        let merge = with_version(stage, "1.4.0", &["release:skip", "release:minor"]);
        stage.run_push(&merge, &[BY_FILE]).releases("runtime-v1.4.0").says("contradict each other");
    }
}
