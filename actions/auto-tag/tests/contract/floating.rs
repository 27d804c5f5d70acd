//! Floating tags, which follow the releases of their line.

use local_forge::{Fault, MergeStyle};

use crate::stage::{REPO, Stage};

const BOTH: (&str, &str) = ("floating-tags", "major-minor");

on_both! {
    fn floating_tags_are_made_and_moved_forward(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&one, &[BOTH]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1"], one);
        assert_eq!(stage.tags()["runtime-v1.4"], one);

        let two = stage.merged("Two", &["release:minor"], MergeStyle::Squash);
        let ran = stage.run_push(&two, &[BOTH]).releases("runtime-v1.5.0");
        assert_eq!(ran.output("previous-tag"), "runtime-v1.4.0", "a floating tag is no release");
        let ran = ran.does_not_say("left out");
        let tags = stage.tags();
        assert_eq!(
            (&tags["runtime-v1"], &tags["runtime-v1.4"], &tags["runtime-v1.5"]),
            (&two, &one, &two),
            "{}",
            ran.log
        );
    }

    fn a_run_keeps_to_its_commit_when_main_moves_under_it(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let mut event = stage.push(&one);
        event.name = "workflow_dispatch";
        stage.forge.before("git.receive-pack", |forge| {
            forge.commit(REPO, "main", &[("late.txt", "late")], "pushed meanwhile");
        });
        stage.forge.fail(Fault::cut("git.receive-pack").after_the_effect());
        let ran = stage.run(&event, &[BOTH, ("branch", "main")]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("commit"), one);
        assert_eq!(stage.tag_names(), ["runtime-v1", "runtime-v1.3.9", "runtime-v1.4", "runtime-v1.4.0"]);
    }

    fn only_the_major_one_when_so_asked(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&one, &[("floating-tags", "major")]).releases("runtime-v1.4.0");
        assert_eq!(stage.tag_names(), ["runtime-v1", "runtime-v1.3.9", "runtime-v1.4.0"]);
    }

    fn an_annotated_floating_tag_is_moved_too(stage: &Stage) {
        let first = stage.released("1.3.9");
        stage.forge.tag(REPO, "runtime-v1", &first, Some("made by hand"));
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&one, &[BOTH]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1"], one);
    }

    fn a_prerelease_moves_no_floating_tag(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&one, &[BOTH, ("prerelease", "rc")]).releases("runtime-v1.4.0-rc.1");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0-rc.1"]);
    }

    fn the_release_of_an_older_line_moves_nothing_back(stage: &Stage) {
        stage.released("1.3.9");
        stage.forge.commit(REPO, "1.3", &[("old.txt", "")], "Keep the old line");
        stage.merged("Go on", &["release:minor"], MergeStyle::Squash);
        let newest = stage.released("1.4.0");
        stage.forge.tag(REPO, "runtime-v1", &newest, None);
        let text = "[project]\nname = 'runtime'\nversion = '1.3.10'\n";
        let older = stage.forge.commit(REPO, "1.3", &[("pyproject.toml", text)], "Mend the old line");
        let push = stage.forge.push_event(REPO, "1.3", "", &older);
        stage.run(&push, &[BOTH, ("version-source", "file")]).releases("runtime-v1.3.10");
        let tags = stage.tags();
        assert_eq!((&tags["runtime-v1"], &tags["runtime-v1.3"]), (&newest, &older));
    }

    fn a_floating_tag_that_somebody_set_beyond_the_release_is_left_there_and_this_is_said(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let beyond = stage.merged("Beyond", &[], MergeStyle::Squash);
        stage.forge.tag(REPO, "runtime-v1", &beyond, None);
        let said = "`runtime-v1` is at";
        stage.run_push(&one, &[BOTH, ("dry-run", "true")]).succeeds().says(said);
        stage.run_push(&one, &[BOTH]).releases("runtime-v1.4.0").says(said);
        assert_eq!(stage.tags()["runtime-v1"], beyond);
        assert_eq!(stage.tags()["runtime-v1.4"], one);
        stage.run_push(&one, &[BOTH]).succeeds().says(said);
        assert_eq!(stage.tags()["runtime-v1"], beyond);
    }

    fn a_race_on_a_floating_tag_is_run_again(stage: &Stage) {
        let first = stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.before("git.receive-pack", move |forge| {
            forge.tag(REPO, "runtime-v1", &first, None);
        });
        let ran = stage.run_push(&one, &[BOTH]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1"], one, "{}", ran.log);
        assert_eq!(stage.tags()["runtime-v1.4"], one);
    }

    fn a_lost_answer_to_the_move_is_looked_after(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::cut("git.receive-pack").after_the_effect());
        stage.run_push(&one, &[BOTH]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1"], one);
        assert_eq!(stage.asked("git.receive-pack"), 1, "what was done is not done again");
    }

    fn a_second_run_mends_what_the_first_could_not_move(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::status("git.receive-pack", 403));
        stage.run_push(&one, &[BOTH]).exits(1).says("could not move tag `runtime-v1` and `runtime-v1.4`");
        let ran = stage.run_push(&one, &[BOTH]).succeeds();
        assert_eq!((ran.output("created"), ran.output("reason")), ("false", "already-released"));
        assert_eq!(stage.tags()["runtime-v1"], one);
    }

    fn a_floating_tag_that_is_protected_is_told_and_the_release_stands(stage: &Stage) {
        stage.released("1.3.9");
        let one = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.forge.protect_tags(REPO, "runtime-v1");
        stage
            .run_push(&one, &[BOTH])
            .exits(1)
            .says("could not move tag `runtime-v1`")
            .says("let the token's user move the tag, then run again: the release itself is made");
        assert_eq!(stage.tags()["runtime-v1.4.0"], one);
        assert!(!stage.tags().contains_key("runtime-v1"));
    }

    fn floating_tags_cannot_be_mistaken_for_a_release(stage: &Stage) {
        let first = stage.released("1.3.9");
        let one = stage.merged("One", &[], MergeStyle::Squash);
        stage.forge.tag(REPO, "runtime-v7", &one, None);
        stage.forge.tag(REPO, "runtime-v7.1", &first, None);
        stage.run_push(&one, &[]).releases("runtime-v1.3.10");
    }
}
