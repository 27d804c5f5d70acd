//! Pull requests that gather on a staging branch, and are promoted together.

use local_forge::{Dialect, MergeStyle, NewPull};

use crate::stage::{REPO, Stage};

/// A released main, and a staging branch that has nothing of its own.
pub(crate) fn staging(stage: &Stage) {
    stage.forge.commit(REPO, "staging", &[("staging.txt", "")], "Open staging");
    let opening = NewPull { head: "staging", commits: 0, ..NewPull::titled("Open staging") };
    let opening = stage.forge.pull_request(REPO, &opening);
    stage.forge.merge(REPO, opening.number, MergeStyle::Merge);
    stage.released("1.3.9");
}

/// Merges a pull request into staging; its number.
pub(crate) fn gathered(stage: &Stage, title: &str, labels: &[&str], style: MergeStyle) -> u64 {
    let pull = NewPull { base: "staging", labels, commits: 2, ..NewPull::titled(title) };
    let pull = stage.forge.pull_request(REPO, &pull);
    stage.forge.merge(REPO, pull.number, style);
    pull.number
}

/// Opens a pull request from staging to main; its number.
pub(crate) fn promotion(stage: &Stage, title: &str, labels: &[&str]) -> u64 {
    let pull = NewPull { head: "staging", commits: 0, labels, ..NewPull::titled(title) };
    stage.forge.pull_request(REPO, &pull).number
}

fn promoted(stage: &Stage, title: &str, style: MergeStyle) -> String {
    let number = promotion(stage, title, &[]);
    stage.forge.merge(REPO, number, style)
}

const LOUD: (&str, &str) = ("default-bump", "major");

on_both! {
    fn an_unlabelled_promotion_adds_nothing_of_its_own(stage: &Stage) {
        staging(stage);
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        gathered(stage, "Docs", &["release:skip"], MergeStyle::Merge);
        let merge = promoted(stage, "Promote", MergeStyle::Merge);
        let ran = stage.run_push(&merge, &[LOUD]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "2,3,4");
        ran.says("none: #4 Promote (brings what other pull requests ask for)");
    }

    fn a_promotion_of_what_asks_for_no_release_makes_none(stage: &Stage) {
        staging(stage);
        // the branch's own commits are below a merge that is not on main's own line
        gathered(stage, "Docs", &["release:skip"], MergeStyle::Merge);
        let merge = promoted(stage, "Promote", MergeStyle::Merge);
        stage.run_push(&merge, &[LOUD]).skips("skip-label");
    }

    fn a_commit_of_the_staging_branch_itself_asks_for_the_default(stage: &Stage) {
        staging(stage);
        gathered(stage, "Docs", &["release:skip"], MergeStyle::Squash);
        stage.forge.commit(REPO, "staging", &[("hotfix.txt", "")], "Straight to staging");
        let merge = promoted(stage, "Promote", MergeStyle::Merge);
        stage.run_push(&merge, &[]).releases("runtime-v1.3.10");
    }

    fn the_mainline_may_be_merged_back_by_a_pull_request(stage: &Stage) {
        staging(stage);
        stage.merged("Hotfix", &["release:skip"], MergeStyle::Squash);
        let back = NewPull { head: "main", base: "staging", commits: 0, ..NewPull::titled("Keep up") };
        let back = stage.forge.pull_request(REPO, &back);
        stage.forge.merge(REPO, back.number, MergeStyle::Merge);
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        let merge = promoted(stage, "Promote", MergeStyle::Merge);
        stage.run_push(&merge, &[LOUD]).releases("runtime-v1.4.0");
    }

    fn a_squash_is_weighed_by_what_it_melted(stage: &Stage) {
        staging(stage);
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        gathered(stage, "Fix", &["release:patch"], MergeStyle::Squash);
        let squash = promoted(stage, "Promote", MergeStyle::Squash);
        let ran = stage.run_push(&squash, &[]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "2,3,4");
        ran.says("minor: #2 Feature (from `release:minor`)");
    }

    fn a_squash_of_what_asks_for_no_release_makes_none(stage: &Stage) {
        staging(stage);
        gathered(stage, "Docs", &["release:skip"], MergeStyle::Squash);
        let squash = promoted(stage, "Promote", MergeStyle::Squash);
        stage.run_push(&squash, &[LOUD]).skips("skip-label");
    }

    fn a_later_squash_is_weighed_by_what_came_since_the_last_one(stage: &Stage) {
        staging(stage);
        gathered(stage, "Break", &["release:major"], MergeStyle::Squash);
        let first = promoted(stage, "Promote", MergeStyle::Squash);
        stage.run_push(&first, &[]).releases("runtime-v2.0.0");
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        let second = promoted(stage, "Promote again", MergeStyle::Squash);
        let ran = stage.run_push(&second, &[]).releases("runtime-v2.1.0");
        assert_eq!(ran.output("pr-numbers"), "4,5");
    }

    fn a_merge_after_a_squash_does_not_weigh_the_same_twice(stage: &Stage) {
        staging(stage);
        gathered(stage, "Break", &["release:major"], MergeStyle::Squash);
        let first = promoted(stage, "Promote", MergeStyle::Squash);
        stage.run_push(&first, &[]).releases("runtime-v2.0.0");
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        let second = promoted(stage, "Promote again", MergeStyle::Merge);
        let ran = stage.run_push(&second, &[]).releases("runtime-v2.1.0");
        assert_eq!(ran.output("pr-numbers"), "4,5");
    }

    fn a_staging_branch_can_stand_before_another_one(stage: &Stage) {
        staging(stage);
        stage.forge.commit_from(REPO, "dev", "staging", &[("dev.txt", "")], "Open dev");
        let pull = NewPull { base: "dev", labels: &["release:minor"], ..NewPull::titled("Feature") };
        let pull = stage.forge.pull_request(REPO, &pull);
        stage.forge.merge(REPO, pull.number, MergeStyle::Squash);
        let up = NewPull { head: "dev", base: "staging", commits: 0, ..NewPull::titled("Up") };
        let up = stage.forge.pull_request(REPO, &up);
        stage.forge.merge(REPO, up.number, MergeStyle::Squash);
        let squash = promoted(stage, "Promote", MergeStyle::Squash);
        let ran = stage.run_push(&squash, &[]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "2,3,4");
    }

    fn a_promotion_takes_a_bounded_number_of_requests(stage: &Stage) {
        staging(stage);
        for number in 0..5 {
            gathered(stage, &format!("Change {number}"), &["release:minor"], MergeStyle::Squash);
        }
        let squash = promoted(stage, "Promote", MergeStyle::Squash);
        stage.forge.forget_exchanges();
        stage.run_push(&squash, &[]).releases("runtime-v1.4.0");
        let asked = stage.forge.exchanges().len();
        assert!(asked <= 8, "{asked} requests");
    }

    fn a_picked_change_asks_at_least_for_what_its_pull_request_asked(stage: &Stage) {
        stage.released("1.3.9");
        stage.forge.commit(REPO, "next", &[("next.txt", "")], "Open next");
        let pull = NewPull { base: "next", labels: &["release:minor"], ..NewPull::titled("Feature") };
        let pull = stage.forge.pull_request(REPO, &pull);
        stage.forge.merge(REPO, pull.number, MergeStyle::Squash);
        let picked = stage.forge.commit(REPO, "main", &[("feature_0.txt", "0")], "Feature (#1)");
        stage
            .run_push(&picked, &[])
            .releases("runtime-v1.4.0")
            .says("picked from #1: `release:minor`");
    }

    fn a_picked_change_never_asks_for_less(stage: &Stage) {
        stage.released("1.3.9");
        stage.forge.commit(REPO, "next", &[("next.txt", "")], "Open next");
        let pull = NewPull { base: "next", labels: &["release:skip"], ..NewPull::titled("Docs") };
        let pull = stage.forge.pull_request(REPO, &pull);
        stage.forge.merge(REPO, pull.number, MergeStyle::Squash);
        let picked = stage.forge.commit(REPO, "main", &[("docs_0.txt", "0")], "Docs (#1)");
        stage.run_push(&picked, &[]).releases("runtime-v1.3.10").says("no pull request");
    }
}

#[test]
fn more_than_the_last_merges_are_asked_for_where_a_promotion_needs_them() {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let stage = &Stage::new(dialect);
        staging(stage);
        gathered(stage, "Feature", &["release:minor"], MergeStyle::Squash);
        for number in 0..100 {
            stage.forge.close(REPO, stage.opened(&format!("Left {number}"), &[]));
        }
        gathered(stage, "Fix", &[], MergeStyle::Squash);
        let squash = promoted(stage, "Promote", MergeStyle::Squash);
        let ran = stage.run_push(&squash, &[]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "2,103,104");
    }
}
