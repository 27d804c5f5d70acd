//! How this repository releases itself: `.github/workflows/release.yml` takes main into a branch of its own, pins there what a
//! release is made of, and lets auto-tag tag the pins. Both commits come by no pull request.

use local_forge::MergeStyle;

use crate::ran::Ran;
use crate::stage::{REPO, Stage};

const BRANCH: &str = "releases";

/// Takes what main has into the branch, and then pins it; both commits.
fn prepared(stage: &Stage, version: &str) -> (String, String) {
    let taken =
        stage.forge.commit(REPO, BRANCH, &[("taken", version)], "Take what is on main into the release");
    let pinned =
        stage.forge.commit(REPO, BRANCH, &[("pinned", version)], &format!("Pin what v{version} is made of"));
    (taken, pinned)
}

/// Runs the workflow's command for a commit of the branch.
fn run(stage: &Stage, commit: &str, on_no_pr: &str, more: &[(&str, &str)]) -> Ran {
    let mut event = stage.push(&stage.forge.head(REPO, "main"));
    event.name = "workflow_dispatch";
    let inputs = [
        ("tag-prefix", "v"),
        ("initial-version", "1.0.0"),
        ("on-no-pr", on_no_pr),
        ("floating-tags", "major"),
        ("branch", BRANCH),
        ("sha", commit),
    ];
    stage.run(&event, &[&inputs, more].concat())
}

on_both! {
    fn the_first_release_is_planned_from_the_merge_and_tagged_at_the_pins(stage: &Stage) {
        stage.merged("Everything", &["release:minor"], MergeStyle::Squash);
        let (taken, pinned) = prepared(stage, "1.0.0");
        let planned = run(stage, &taken, "patch", &[("dry-run", "true")]).succeeds();
        assert_eq!((planned.output("tag"), planned.output("skipped")), ("v1.0.0", "false"));
        assert!(stage.tag_names().is_empty());

        let foretold = run(stage, &pinned, "patch", &[("dry-run", "true")]).succeeds();
        assert_eq!(foretold.output("tag"), "v1.0.0");
        run(stage, &pinned, "patch", &[]).releases("v1.0.0");
        assert_eq!(stage.tag_names(), ["v1", "v1.0.0"]);
        assert!(stage.tags().values().all(|commit| *commit == pinned));
    }

    fn without_a_release_before_it_the_newest_commit_alone_is_weighed(stage: &Stage) {
        stage.merged("Everything", &["release:minor"], MergeStyle::Squash);
        let (taken, _) = prepared(stage, "1.0.0");
        run(stage, &taken, "skip", &[("dry-run", "true")]).skips("no-pull-request");
    }

    fn a_release_that_is_tagged_again_is_the_same_one(stage: &Stage) {
        let (_, pinned) = prepared(stage, "1.0.0");
        run(stage, &pinned, "patch", &[]).releases("v1.0.0");
        for more in [&[("dry-run", "true")][..], &[]] {
            let again = run(stage, &pinned, "patch", more).succeeds();
            assert_eq!((again.output("tag"), again.output("created")), ("v1.0.0", "false"));
        }
        assert_eq!(stage.tag_names(), ["v1", "v1.0.0"]);
    }
}
