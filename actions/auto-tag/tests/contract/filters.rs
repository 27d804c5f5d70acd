//! What stops a release: skip markers and paths.

use local_forge::{Dialect, MergeStyle, NewPull};

use crate::stage::{REPO, Stage};

const SOURCE: (&str, &str) = ("paths", "workspace/**\n!workspace/docs/**");

on_both! {
    fn a_skip_marker_in_the_newest_message_stops_the_release(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Typo [Skip-Release]", &["release:major"], MergeStyle::Squash);
        stage.run_push(&merge, &[]).skips("skip-marker").says("`[skip-release]`");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
        let custom = [("skip-markers", "no release, [quiet]")];
        stage.run_push(&merge, &custom).releases("runtime-v2.0.0");
    }

    fn a_skip_marker_in_an_older_message_stops_nothing(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Typo [no-release]", &["release:minor"], MergeStyle::Squash);
        let merge = stage.merged("Fix", &[], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "1,2");
    }

    fn files_outside_the_paths_call_for_no_release(stage: &Stage) {
        stage.released("1.3.9");
        stage.changed("Docs", &[("docs/guide.md", "text")]);
        let merge = stage.changed("More docs", &[("workspace/docs/more.md", "text")]);
        stage.run_push(&merge, &[SOURCE]).skips("paths").says("workspace/**");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);

        stage.changed("Code", &[("workspace/deep/down/a.py", "pass")]);
        let merge = stage.changed("Docs again", &[("docs/guide.md", "better")]);
        stage.run_push(&merge, &[SOURCE]).releases("runtime-v1.3.10");
    }

    fn files_that_a_merge_commit_brought_count(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull { files: &[("workspace/a.py", "pass")], commits: 2, ..NewPull::titled("Code") };
        let pull = stage.forge.pull_request(REPO, &pull);
        let merge = stage.forge.merge(REPO, pull.number, MergeStyle::Merge);
        stage.run_push(&merge, &[SOURCE]).releases("runtime-v1.3.10");
    }

    fn before_the_first_release_paths_stop_nothing_and_this_is_said(stage: &Stage) {
        let merge = stage.changed("Docs", &[("docs/guide.md", "text")]);
        stage
            .run_push(&merge, &[SOURCE])
            .releases("runtime-v0.1.0")
            .says("`paths` could not be weighed, so the release goes ahead");
    }
}

fn three_hundred_and_one_documents(stage: &Stage) -> String {
    stage.released("1.3.9");
    let names: Vec<String> = (0..301).map(|n| format!("docs/{n}.md")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "text")).collect();
    stage.changed("Many docs", &files)
}

#[test]
fn more_files_than_github_tells_are_unknown_and_so_released_and_this_is_said() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = three_hundred_and_one_documents(&stage);
    stage
        .run_push(&merge, &[SOURCE])
        .releases("runtime-v1.3.10")
        .says("GitHub lists at most 300 changed files");
}

#[test]
fn gitea_tells_every_file() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = three_hundred_and_one_documents(&stage);
    stage.run_push(&merge, &[SOURCE]).skips("paths");
}
