//! Pre-releases follow each other as releases do.

use local_forge::MergeStyle;

use crate::stage::Stage;

const CANDIDATE: (&str, &str) = ("prerelease", "rc");

on_both! {
    fn an_older_commit_that_is_run_late_gets_no_candidate(stage: &Stage) {
        stage.released("1.3.9");
        let older = stage.merged("Older", &[], MergeStyle::Squash);
        let newer = stage.merged("Newer", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&newer, &[CANDIDATE]).releases("runtime-v1.4.0-rc.1");
        stage
            .run_push(&older, &[CANDIDATE])
            .skips("superseded")
            .says("`runtime-v1.4.0-rc.1` contains this commit already");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0-rc.1"]);
    }

    fn what_asks_for_no_release_makes_no_further_candidate(stage: &Stage) {
        stage.released("1.3.9");
        let feature = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&feature, &[CANDIDATE]).releases("runtime-v1.4.0-rc.1");
        let docs = stage.merged("Docs", &["release:skip"], MergeStyle::Squash);
        stage
            .run_push(&docs, &[CANDIDATE])
            .skips("skip-label")
            .says("every pull request since `runtime-v1.4.0-rc.1` asks for no release");
        let fix = stage.merged("Fix", &[], MergeStyle::Squash);
        stage.run_push(&fix, &[CANDIDATE]).releases("runtime-v1.4.0-rc.2");
        stage.run_push(&docs, &[CANDIDATE]).skips("superseded");
        stage.run_push(&fix, &[]).releases("runtime-v1.4.0");
    }

    fn files_that_do_not_matter_make_no_further_candidate(stage: &Stage) {
        stage.released("1.3.9");
        let source = [CANDIDATE, ("paths", "workspace/**")];
        let code = stage.changed("Code", &[("workspace/a.py", "pass")]);
        stage.run_push(&code, &source).releases("runtime-v1.3.10-rc.1");
        let docs = stage.changed("Docs", &[("docs/a.md", "text")]);
        stage.run_push(&docs, &source).skips("paths");
    }

    fn candidates_of_the_first_release_follow_each_other(stage: &Stage) {
        let first = stage.merged("Begin", &[], MergeStyle::Squash);
        stage.run_push(&first, &[CANDIDATE]).releases("runtime-v0.1.0-rc.1");
        let fix = stage.merged("Fix", &[], MergeStyle::Squash);
        let docs = stage.merged("Docs", &["release:skip"], MergeStyle::Squash);
        stage.run_push(&docs, &[CANDIDATE]).releases("runtime-v0.1.0-rc.2").says("#2 Fix");
        stage.run_push(&fix, &[CANDIDATE]).skips("superseded");
    }
}
