//! From a merge to a tag: outputs, message, and the first release of all.

use std::io::Write as _;
use std::process::{Command, Stdio};

use local_forge::MergeStyle;

use crate::stage::{REPO, Stage};

on_both! {
    fn a_merged_pull_request_is_released_as_its_label_says(stage: &Stage) {
        let first = stage.released("1.3.9");
        let merge = stage.merged("Teach it to whistle", &["release:minor"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        for (output, value) in [
            ("version", "1.4.0"),
            ("package-version", "1.4.0"),
            ("previous-tag", "runtime-v1.3.9"),
            ("previous-version", "1.3.9"),
            ("bump", "minor"),
            ("skipped", "false"),
            ("pr-numbers", "1"),
            ("commit", merge.as_str()),
            ("dispatched-run-url", ""),
        ] {
            assert_eq!(ran.output(output), value, "{output}");
        }
        assert_eq!(stage.tags()["runtime-v1.4.0"], merge);
        assert_eq!(stage.tags()["runtime-v1.3.9"], first);
        let plan = ran.plan();
        assert_eq!(plan["verdict"], "release");
        assert_eq!(plan["contributions"][0]["pull-request"], 1);
        assert_eq!(plan["contributions"][0]["because"], "from `release:minor`");
        assert!(ran.summary.contains("runtime-v1.4.0"), "{}", ran.summary);
        assert!(ran.summary.contains("Teach it to whistle"), "{}", ran.summary);
    }

    fn a_second_run_changes_nothing_and_tells_the_same(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Teach it to whistle", &["release:minor"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        let before = stage.forge.tags(REPO);
        let again = stage.run_push(&merge, &[]).succeeds();
        assert_eq!(again.output("created"), "false");
        assert_eq!(again.output("skipped"), "false");
        assert_eq!(again.output("reason"), "already-released");
        for output in ["tag", "version", "previous-tag", "previous-version", "bump", "pr-numbers", "commit"] {
            assert_eq!(again.output(output), ran.output(output), "{output}");
        }
        assert_eq!(stage.forge.tags(REPO), before);
    }

    fn the_tag_is_annotated_and_its_trailers_tell_where_it_came_from(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let merge = stage.merged("Two", &[], MergeStyle::Squash);
        let event = stage.push(&merge);
        let environment = stage.environment(&event);
        stage
            .run_in(&environment, &[("message", "Release {version} after {previous-tag} ({bump})")])
            .succeeds();
        let tag = &stage.forge.tags(REPO)["runtime-v1.4.0"];
        assert_ne!(tag.object, tag.commit, "it is annotated");
        let (server, run) = (stage.forge.url(), stage.pick("GITHUB_RUN_ID", "GITHUB_RUN_NUMBER"));
        let trailers = format!(
            "Release-PR: #1\nRelease-PR: #2\nRelease-Bump: minor\nRelease-Commit: {merge}\nRelease-Run: {server}/{REPO}/actions/runs/{}",
            environment[run]
        );
        assert_eq!(
            tag.message.as_deref(),
            Some(format!("Release 1.4.0 after runtime-v1.3.9 (minor)\n\n{trailers}").as_str())
        );
    }

    fn git_itself_reads_the_trailers(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        stage.run_push(&merge, &[("message", "Release {version}: now with colons")]).succeeds();
        let message = stage.forge.tags(REPO)["runtime-v1.3.10"].message.clone().unwrap();
        let mut git = Command::new("git");
        git.args(["interpret-trailers", "--parse"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut git = git.spawn().unwrap();
        git.stdin.take().unwrap().write_all(format!("{message}\n").as_bytes()).unwrap();
        let read = String::from_utf8(git.wait_with_output().unwrap().stdout).unwrap();
        let keys: Vec<&str> = read.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect();
        assert_eq!(keys, ["Release-PR", "Release-Bump", "Release-Commit", "Release-Run"]);
    }

    fn a_tag_prefix_may_be_a_path(stage: &Stage) {
        let head = stage.forge.head(REPO, "main");
        stage.forge.tag(REPO, "py/runtime/v1.0.0", &head, None);
        stage.forge.tag(REPO, "py/runtime-v9.0.0", &head, None);
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&merge, &[("tag-prefix", "py/runtime/v")]).releases("py/runtime/v1.1.0");
        assert_eq!(stage.tags()["py/runtime/v1.1.0"], merge);
    }

    fn without_any_tag_the_first_release_has_the_initial_version(stage: &Stage) {
        let merge = stage.merged("Begin", &["release:major"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v0.1.0");
        assert_eq!(ran.output("previous-tag"), "");
        assert_eq!(ran.output("previous-version"), "");
        assert_eq!(ran.output("bump"), "initial");
        assert_eq!(ran.output("pr-numbers"), "1");
        assert!(
            stage.forge.tags(REPO)["runtime-v0.1.0"]
                .message
                .as_deref()
                .unwrap()
                .contains("Release-Bump: initial")
        );
        let again = stage.run_push(&merge, &[]).succeeds();
        assert_eq!((again.output("bump"), again.output("created")), ("initial", "false"));
    }

    fn the_initial_version_can_be_given(stage: &Stage) {
        let merge = stage.merged("Begin", &[], MergeStyle::Squash);
        stage.run_push(&merge, &[("initial-version", "2.0.0")]).releases("runtime-v2.0.0");
    }

    fn the_tag_prefix_is_literal_text(stage: &Stage) {
        let head = stage.forge.head(REPO, "main");
        stage.forge.tag(REPO, "lib+1v7.0.0", &head, None);
        stage.forge.tag(REPO, "lib.1v1.0.0", &head, None);
        let merge = stage.merged("More", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&merge, &[("tag-prefix", "lib.1v")]).releases("lib.1v1.1.0");
    }

    fn other_labels_can_mean_the_same(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Break it", &["BREAKING"], MergeStyle::Squash);
        let inputs = [("labels-major", "breaking, api-change"), ("labels-skip", "")];
        stage.run_push(&merge, &inputs).releases("runtime-v2.0.0").says("from `BREAKING`");
    }

    fn a_lightweight_tag_of_another_hand_is_a_release_too(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("By hand", &["release:minor"], MergeStyle::Squash);
        stage.forge.tag(REPO, "runtime-v1.5.0", &merge, None);
        let ran = stage.run_push(&merge, &[]).succeeds();
        assert_eq!((ran.output("tag"), ran.output("created")), ("runtime-v1.5.0", "false"));
        assert_eq!((ran.output("bump"), ran.output("previous-tag")), ("minor", "runtime-v1.3.9"));
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.5.0"]);
    }
}
