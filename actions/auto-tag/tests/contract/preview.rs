//! The `pull_request` event: what merging will release, told beforehand.

use local_forge::{Access, MergeStyle, NewPull, Permission, Permissions, PullAction};

use crate::ran::Ran;
use crate::stage::{REPO, Stage};

fn run(stage: &Stage, number: u64, action: PullAction<'_>, inputs: &[(&str, &str)]) -> Ran {
    stage.run(&stage.forge.pull_request_event(REPO, number, action), inputs)
}

fn preview(stage: &Stage, number: u64, inputs: &[(&str, &str)]) -> Ran {
    run(stage, number, PullAction::Opened, inputs)
}

fn comments(stage: &Stage, number: u64) -> Vec<String> {
    stage.forge.comments(REPO, number).into_iter().map(|comment| comment.body).collect()
}

on_both! {
    fn merging_is_foretold_in_the_log_the_summary_and_the_outputs(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Teach it to whistle", &["release:minor"]);
        let ran = preview(stage, number, &[])
            .succeeds()
            .says("merging this releases `runtime-v1.4.0`: minor, from `release:minor`");
        assert!(ran.summary.contains("merging this releases `runtime-v1.4.0`"), "{}", ran.summary);
        for (output, value) in [
            ("tag", "runtime-v1.4.0"),
            ("version", "1.4.0"),
            ("previous-tag", "runtime-v1.3.9"),
            ("bump", "minor"),
            ("created", "false"),
            ("skipped", "false"),
            ("reason", "preview"),
            ("pr-numbers", "1"),
        ] {
            assert_eq!(ran.output(output), value, "{output}");
        }
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn the_promise_is_kept(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Waiting on main", &["release:minor"], MergeStyle::Squash);
        let number = stage.opened("Fix", &["release:patch"]);
        let promised = preview(stage, number, &[]).succeeds();
        assert_eq!(promised.output("pr-numbers"), "1,2");
        let merge = stage.forge.merge(REPO, number, MergeStyle::Squash);
        stage.run_push(&merge, &[]).releases(promised.output("tag"));
        assert_eq!(promised.output("tag"), "runtime-v1.4.0");
    }

    fn a_run_without_secrets_still_foretells(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("From a fork", &["release:minor"]);
        for inputs in [&[("token", "")][..], &[("app-id", "12")][..]] {
            preview(stage, number, inputs).succeeds().says("releases `runtime-v1.4.0`");
        }
    }

    fn one_comment_is_left_and_updated(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Feature", &["release:minor"]);
        stage.forge.comment(REPO, number, "Looks good");
        preview(stage, number, &[]).succeeds();
        assert_eq!(comments(stage, number).len(), 2);
        assert!(comments(stage, number)[1].contains("runtime-v1.4.0"));

        run(stage, number, PullAction::Synchronized, &[]).succeeds();
        assert_eq!(stage.asked("comments.edit"), 0, "what says the same is left alone");

        stage.forge.set_labels(REPO, number, &["release:major"]);
        run(stage, number, PullAction::Labeled("release:major"), &[]).succeeds();
        let comments = comments(stage, number);
        assert_eq!(comments.len(), 2, "{comments:?}");
        assert!(
            comments[1].contains("runtime-v2.0.0") && !comments[1].contains("runtime-v1.4.0"),
            "{comments:?}"
        );
        assert_eq!(comments[0], "Looks good");
    }

    fn no_comment_is_left_where_none_is_wanted(stage: &Stage) {
        let number = stage.opened("Feature", &[]);
        preview(stage, number, &[("preview-comment", "false")]).succeeds();
        preview(stage, number, &[("dry-run", "true")]).succeeds();
        assert!(comments(stage, number).is_empty());
    }

    fn a_fork_whose_run_may_not_comment_gets_its_summary_all_the_same(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull {
            labels: &["release:minor"],
            fork: Some("mallory"),
            author: "mallory",
            ..NewPull::titled("From afar")
        };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let reader = Permissions::none()
            .with(Permission::Contents, Access::Read)
            .with(Permission::PullRequests, Access::Read);
        let token = stage.forge.narrowed_job_token(REPO, reader);
        let ran = preview(stage, number, &[("token", &token), ("job-token", &token)])
            .succeeds()
            .says("the token may not comment on #1: the preview is in the summary")
            .does_not_say("warning");
        assert!(ran.summary.contains("runtime-v1.4.0"));
        assert!(comments(stage, number).is_empty());
    }

    fn a_bots_pull_request_is_foretold_like_any_other(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull { author: "dependabot[bot]", ..NewPull::titled("Bump a thing") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let token = stage
            .forge
            .narrowed_job_token(REPO, Permissions::none().with(Permission::Contents, Access::Read));
        let ran = preview(stage, number, &[("token", &token)]).succeeds();
        assert_eq!(ran.output("tag"), "runtime-v1.3.10");
    }

    fn a_comment_that_cannot_be_left_fails_nothing(stage: &Stage) {
        let number = stage.opened("Feature", &[]);
        stage.forge.fail(local_forge::Fault::status("comments.create", 422).body("{}"));
        preview(stage, number, &[]).succeeds().says("the preview could not be left as a comment");
    }

    fn contradicting_labels_are_told_before_the_merge(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Both", &["release:skip", "release:major"]);
        let told = "has the labels `release:major` and `release:skip`, which contradict each other";
        let ran = preview(stage, number, &[]).succeeds().says(told);
        assert_eq!(ran.output("tag"), "runtime-v2.0.0");
        assert!(comments(stage, number)[0].contains("contradict each other"));
    }

    fn a_required_label_fails_the_check_until_it_is_set(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Unlabelled", &["documentation"]);
        let ran = preview(stage, number, &[("require-label", "true")])
            .exits(3)
            .says("pull request #1 has no release label: set one of `release:major`");
        assert_eq!(ran.output("tag"), "runtime-v1.3.10");
        preview(stage, number, &[]).succeeds();
        stage.forge.set_labels(REPO, number, &["release:skip"]);
        let ran = run(stage, number, PullAction::Labeled("release:skip"), &[("require-label", "true")])
            .succeeds()
            .says("merging this releases nothing");
        assert_eq!((ran.output("skipped"), ran.output("tag")), ("true", ""));
    }

    fn a_skip_marker_in_the_title_is_told(stage: &Stage) {
        let number = stage.opened("Quiet [no-release]", &["release:minor"]);
        preview(stage, number, &[]).succeeds().says("the title holds `[no-release]`");
    }

    fn the_first_release_is_foretold_as_such(stage: &Stage) {
        let number = stage.opened("Begin", &["release:major"]);
        let ran = preview(stage, number, &[])
            .succeeds()
            .says("merging this releases `runtime-v0.1.0`: the first release");
        assert_eq!(ran.output("bump"), "initial");
    }

    fn a_version_file_is_read_at_the_pull_requests_head(stage: &Stage) {
        stage.released("1.3.9");
        let text = "[project]\nname = 'runtime'\nversion = '1.9.0'\n";
        let pull = NewPull { files: &[("pyproject.toml", text)], ..NewPull::titled("Be 1.9.0") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let by_file = [("version-source", "file")];
        preview(stage, number, &by_file)
            .succeeds()
            .says("merging this releases `runtime-v1.9.0`, the version in `pyproject.toml`");
        let head = stage.forge.head(REPO, "main");
        stage.forge.tag(REPO, "runtime-v1.9.0", &head, None);
        preview(stage, number, &by_file).succeeds().says("which `runtime-v1.9.0` released already");
    }

    fn the_runs_of_the_base_foretell_too(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull {
            labels: &["release:minor"],
            fork: Some("mallory"),
            author: "mallory",
            ..NewPull::titled("From afar")
        };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let mut environment =
            stage.environment(&stage.forge.pull_request_event(REPO, number, PullAction::Opened));
        environment.insert("GITHUB_EVENT_NAME".into(), "pull_request_target".into());
        let ran = stage.run_in(&environment, &[]).succeeds();
        assert_eq!(ran.output("tag"), "runtime-v1.4.0");
        assert_eq!(comments(stage, number).len(), 1);
    }

    fn a_tag_is_never_made_for_an_open_pull_request(stage: &Stage) {
        let number = stage.opened("Feature", &["release:major"]);
        preview(stage, number, &[("floating-tags", "major"), ("dispatch", "publish.yml")]).succeeds();
        assert!(stage.tags().is_empty());
        assert!(stage.forge.runs(REPO).is_empty());
    }
}
