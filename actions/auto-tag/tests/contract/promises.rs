//! A preview, the merge, and the run after it: what was foretold is what comes.

use local_forge::{MergeStyle, NewPull, PullAction};

use crate::promotions::{gathered, promotion, staging};
use crate::ran::Ran;
use crate::stage::{REPO, Stage};

fn preview(stage: &Stage, number: u64, inputs: &[(&str, &str)]) -> Ran {
    stage.run(&stage.forge.pull_request_event(REPO, number, PullAction::Opened), inputs)
}

/// Foretells, merges, runs, and compares; what was released, or an empty text.
fn kept(stage: &Stage, number: u64, style: MergeStyle, inputs: &[(&str, &str)]) -> String {
    let promised = preview(stage, number, inputs).succeeds();
    let merge = stage.forge.merge(REPO, number, style);
    let ran = stage.run_push(&merge, inputs).succeeds();
    for output in ["tag", "version", "previous-tag", "bump", "skipped"] {
        if ran.output("skipped") == "true" && output.starts_with("previous") {
            continue;
        }
        assert_eq!(promised.output(output), ran.output(output), "{output}:\n{}\n{}", promised.log, ran.log);
    }
    let asked = |ran: &Ran| {
        let contributions = ran.plan()["contributions"].as_array().unwrap().clone();
        let mut asked: Vec<_> = contributions
            .iter()
            .map(|one| (one["pull-request"].to_string(), one["bump"].to_string()))
            .collect();
        asked.sort();
        asked
    };
    assert_eq!(asked(&promised), asked(&ran), "{}\n{}", promised.log, ran.log);
    ran.output("tag").to_owned()
}

on_both! {
    fn of_a_plain_pull_request_by_every_style(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Waiting on main", &["release:minor"], MergeStyle::Squash);
        for (style, tag) in [
            (MergeStyle::Squash, "runtime-v1.4.0"),
            (MergeStyle::Merge, "runtime-v1.4.1"),
            (MergeStyle::Rebase, "runtime-v1.4.2"),
        ] {
            let number = stage.opened(&format!("By {style:?}"), &[]);
            assert_eq!(kept(stage, number, style, &[]), tag);
        }
        let number = stage.opened("Quiet", &["release:skip"]);
        assert_eq!(kept(stage, number, MergeStyle::Squash, &[]), "");
    }

    fn of_a_pull_request_from_a_fork(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull { labels: &["release:minor"], fork: Some("mallory"), author: "mallory", ..NewPull::titled("From afar") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        assert_eq!(kept(stage, number, MergeStyle::Merge, &[]), "runtime-v1.4.0");
    }

    fn of_a_promotion_by_merge_and_by_squash(stage: &Stage) {
        staging(stage);
        for (title, style, tag) in [
            ("By merge", MergeStyle::Merge, "runtime-v1.4.0"),
            ("By squash", MergeStyle::Squash, "runtime-v1.5.0"),
            ("By squash again", MergeStyle::Squash, "runtime-v1.6.0"),
            ("By merge again", MergeStyle::Merge, "runtime-v1.7.0"),
        ] {
            gathered(stage, &format!("Feature {title}"), &["release:minor"], MergeStyle::Squash);
            gathered(stage, &format!("Docs {title}"), &["release:skip"], MergeStyle::Squash);
            let number = promotion(stage, title, &[]);
            assert_eq!(kept(stage, number, style, &[("default-bump", "major")]), tag, "{title}");
        }
        gathered(stage, "Only docs", &["release:skip"], MergeStyle::Squash);
        let number = promotion(stage, "Nothing", &[]);
        assert_eq!(kept(stage, number, MergeStyle::Merge, &[]), "");
    }

    fn of_files_that_do_not_matter(stage: &Stage) {
        stage.released("1.3.9");
        let source = [("paths", "workspace/**")];
        let opened = |title, file| {
            stage.forge.pull_request(REPO, &NewPull { files: &[(file, "text")], ..NewPull::titled(title) }).number
        };
        assert_eq!(kept(stage, opened("Docs", "docs/a.md"), MergeStyle::Squash, &source), "");
        let told = preview(stage, opened("More docs", "docs/b.md"), &source).succeeds();
        told.says("merging this releases nothing: none of the");
        let code = opened("Code", "workspace/a.py");
        assert_eq!(kept(stage, code, MergeStyle::Merge, &source), "runtime-v1.3.10");
    }

    fn of_candidates(stage: &Stage) {
        stage.released("1.3.9");
        let candidate = [("prerelease", "rc")];
        let feature = stage.opened("Feature", &["release:minor"]);
        assert_eq!(kept(stage, feature, MergeStyle::Squash, &candidate), "runtime-v1.4.0-rc.1");
        let fix = stage.opened("Fix", &[]);
        assert_eq!(kept(stage, fix, MergeStyle::Squash, &candidate), "runtime-v1.4.0-rc.2");
        let docs = stage.opened("Docs", &["release:skip"]);
        assert_eq!(kept(stage, docs, MergeStyle::Squash, &candidate), "");
    }

    fn of_a_committed_version(stage: &Stage) {
        stage.released("1.3.9");
        let by_file = [("version-source", "file")];
        let text = "[project]\nname = 'runtime'\nversion = '1.9.0'\n";
        let pull = NewPull { files: &[("pyproject.toml", text)], ..NewPull::titled("Be 1.9.0") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let earlier = stage.opened("Opened before, merged after", &[]);
        assert_eq!(kept(stage, number, MergeStyle::Squash, &by_file), "runtime-v1.9.0");
        // its own branch holds no version at all; what main holds by now counts
        assert_eq!(kept(stage, earlier, MergeStyle::Squash, &by_file), "");
    }

    fn of_a_skip_marker_in_the_title(stage: &Stage) {
        stage.released("1.3.9");
        let number = stage.opened("Quiet [no-release]", &["release:minor"]);
        assert_eq!(kept(stage, number, MergeStyle::Squash, &[]), "");
    }

    fn of_direct_pushes_that_are_forbidden(stage: &Stage) {
        stage.released("1.3.9");
        stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Straight to main");
        let number = stage.opened("Feature", &[]);
        let strict = [("on-no-pr", "fail")];
        let told = preview(stage, number, &strict).succeeds();
        assert_eq!(told.output("skipped"), "true");
        told.says("releasing will be refused: 1 commit since the last release came by no pull request");
        let merge = stage.forge.merge(REPO, number, MergeStyle::Squash);
        stage.run_push(&merge, &strict).exits(1);
    }

    fn of_a_pull_request_to_another_branch(stage: &Stage) {
        staging(stage);
        let pull = NewPull { base: "staging", labels: &["release:major"], ..NewPull::titled("Feature") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let told = preview(stage, number, &[]).skips("other-branch").does_not_say("warning");
        assert_eq!(told.output("tag"), "");
        told.says("merging #2 into `staging` releases nothing by itself: releases are made of `main`");
        assert!(stage.forge.comments(REPO, number).is_empty(), "it is said quietly");

        stage.forge.merge(REPO, number, MergeStyle::Squash);
        let closed = stage.forge.pull_request_event(REPO, number, PullAction::Closed);
        stage.run(&closed, &[]).skips("other-branch");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn of_another_branch_that_is_released(stage: &Stage) {
        staging(stage);
        let pull = NewPull { base: "staging", labels: &["release:major"], ..NewPull::titled("Feature") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        let inputs = [("branch", "staging")];
        let promised = preview(stage, number, &inputs).succeeds();
        let merge = stage.forge.merge(REPO, number, MergeStyle::Squash);
        let push = stage.forge.push_event(REPO, "staging", "", &merge);
        let ran = stage.run(&push, &inputs);
        // staging parted from main before the release
        ran.exits(1).says("is not part of the history");
        assert_eq!(promised.output("skipped"), "true");
        promised.says("releasing from it will be refused");
    }

    fn a_label_is_required_on_the_way_to_staging_too(stage: &Stage) {
        staging(stage);
        let pull = NewPull { base: "staging", ..NewPull::titled("Feature") };
        let number = stage.forge.pull_request(REPO, &pull).number;
        preview(stage, number, &[("require-label", "true")]).exits(3).says("has no release label");
    }
}
