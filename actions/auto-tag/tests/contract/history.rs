//! Commits that are released already, or cannot be.

use local_forge::MergeStyle;

use crate::stage::{REPO, Stage};

on_both! {
    fn a_commit_inside_a_newer_release_is_superseded(stage: &Stage) {
        stage.released("1.3.9");
        let older = stage.merged("Older", &["release:minor"], MergeStyle::Squash);
        stage.merged("Newer", &[], MergeStyle::Squash);
        stage.released("1.4.0");
        stage.run_push(&older, &[]).skips("superseded").says("`runtime-v1.4.0` contains this commit already");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9", "runtime-v1.4.0"]);
    }

    fn an_older_commit_that_no_release_holds_can_be_released_by_its_id(stage: &Stage) {
        stage.released("1.3.9");
        let older = stage.merged("Older", &["release:minor"], MergeStyle::Squash);
        let newer = stage.merged("Newer", &["release:major"], MergeStyle::Squash);
        let ran = stage.run_push(&newer, &[("sha", &older)]).releases("runtime-v1.4.0");
        assert_eq!((ran.output("commit"), ran.output("pr-numbers")), (older.as_str(), "1"));
        assert_eq!(stage.tags()["runtime-v1.4.0"], older);
    }

    fn a_commit_that_is_not_on_the_branch_is_refused(stage: &Stage) {
        stage.released("1.3.9");
        let aside = stage.forge.commit(REPO, "topic", &[("a.txt", "a")], "Not merged");
        let head = stage.forge.head(REPO, "main");
        stage
            .run_push(&head, &[("sha", &aside)])
            .exits(2)
            .says(&format!("commit `{aside}` is not on branch `main`"))
            .says("release a commit that `main` holds");
        stage.run_push(&head, &[("sha", &aside), ("branch", "topic")]).releases("runtime-v1.3.10");
    }

    fn a_commit_given_by_its_id_must_be_on_the_branch_of_the_event(stage: &Stage) {
        stage.released("1.3.9");
        let aside = stage.forge.commit(REPO, "1.x", &[("a.txt", "a")], "Straight to 1.x");
        let later = stage.forge.commit(REPO, "1.x", &[("b.txt", "b")], "And more");
        let push = stage.forge.push_event(REPO, "1.x", "", &later);
        stage.run(&push, &[("sha", &aside)]).releases("runtime-v1.3.10");
        assert_eq!(stage.tags()["runtime-v1.3.10"], aside);
    }

    fn a_commit_that_does_not_exist_is_refused(stage: &Stage) {
        stage.released("1.3.9");
        let head = stage.forge.head(REPO, "main");
        let nowhere = "c0ffee".repeat(6) + "c0ff";
        stage.run_push(&head, &[("sha", &nowhere)]).exits(2).says(&nowhere);
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_branch_that_does_not_exist_is_refused(stage: &Stage) {
        let head = stage.forge.head(REPO, "main");
        stage.run_push(&head, &[("branch", "gone")]).exits(1).says("branch `gone` is not in `acme/core`");
    }

    fn histories_that_parted_are_refused(stage: &Stage) {
        let aside = stage.forge.commit(REPO, "other", &[("a.txt", "a")], "Another line");
        stage.forge.tag(REPO, "runtime-v2.0.0", &aside, None);
        let merge = stage.merged("Here", &["release:major"], MergeStyle::Squash);
        stage
            .run_push(&merge, &[])
            .exits(1)
            .says("`runtime-v2.0.0`, the highest release, is not part of the history")
            .says("give this line of releases a `tag-prefix` of its own");
        assert_eq!(stage.tags()["runtime-v2.0.0"], aside);
        assert_eq!(stage.tag_names().len(), 1);
    }

    fn a_foreign_tag_is_never_moved(stage: &Stage) {
        let first = stage.released("1.3.9");
        for name in ["runtime-v1.4", "runtime-vanilla", "v1.4.0", "nightly"] {
            stage.forge.tag(REPO, name, &first, Some("foreign"));
        }
        let before = stage.forge.tags(REPO);
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        let mut after = stage.forge.tags(REPO);
        after.remove("runtime-v1.4.0").unwrap();
        assert_eq!(after, before);
    }

    fn a_head_that_moved_on_since_the_push_does_not_matter(stage: &Stage) {
        stage.released("1.3.9");
        let first = stage.merged("First", &["release:minor"], MergeStyle::Squash);
        stage.merged("Second", &["release:major"], MergeStyle::Squash);
        stage.run_push(&first, &[]).releases("runtime-v1.4.0");
        assert_eq!(stage.tags()["runtime-v1.4.0"], first);
    }
}
