//! Which pull requests brought the commits of a release, and what they ask for.

use local_forge::{Dialect, MergeStyle, NewPull};

use crate::stage::{REPO, Stage};

/// With `on-no-pr: fail`, a commit that is not tied to its pull request would fail the run.
const STRICT: (&str, &str) = ("on-no-pr", "fail");

fn three_commits_are_one_minor_release(stage: &Stage, style: MergeStyle) {
    stage.released("1.3.9");
    let pull = NewPull { labels: &["release:minor"], commits: 3, ..NewPull::titled("Three steps") };
    let pull = stage.forge.pull_request(REPO, &pull);
    // something else lands in between, so that a rebase has to write the commits anew
    stage.merged("In between", &[], MergeStyle::Squash);
    let merge = stage.forge.merge(REPO, pull.number, style);
    let ran = stage.run_push(&merge, &[STRICT]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), "1,2", "{style:?}");
    assert_eq!(stage.tags()["runtime-v1.4.0"], merge);
}

/// A minor feature and a fix gather on a staging branch, which is then promoted; the promotion's last commit.
fn promoted(stage: &Stage, style: MergeStyle, labels: &[&str]) -> String {
    stage.released("1.3.9");
    stage.forge.commit(REPO, "staging", &[("staging.txt", "")], "Open staging");
    for (title, label) in [("Feature", "release:minor"), ("Fix", "release:patch")] {
        let pull = NewPull { base: "staging", labels: &[label], ..NewPull::titled(title) };
        let pull = stage.forge.pull_request(REPO, &pull);
        stage.forge.merge(REPO, pull.number, MergeStyle::Squash);
    }
    // something else lands in between, so that a rebase has to write the commits anew
    stage.changed("Direct", &[("direct.txt", "")]);
    let promotion = NewPull { head: "staging", commits: 0, labels, ..NewPull::titled("Promote") };
    let promotion = stage.forge.pull_request(REPO, &promotion);
    stage.forge.merge(REPO, promotion.number, style)
}

on_both! {
    fn a_merge_commit_is_tied_to_its_pull_request(stage: &Stage) {
        three_commits_are_one_minor_release(stage, MergeStyle::Merge);
    }

    fn a_squash_is_tied_to_its_pull_request(stage: &Stage) {
        three_commits_are_one_minor_release(stage, MergeStyle::Squash);
    }

    fn a_rebase_is_tied_to_its_pull_request_with_all_its_commits(stage: &Stage) {
        three_commits_are_one_minor_release(stage, MergeStyle::Rebase);
    }

    fn a_rebase_of_several_commits_that_asks_for_no_release_gets_none(stage: &Stage) {
        stage.released("1.3.9");
        let pull = NewPull { labels: &["release:skip"], commits: 3, ..NewPull::titled("Only docs") };
        let pull = stage.forge.pull_request(REPO, &pull);
        let merge = stage.forge.merge(REPO, pull.number, MergeStyle::Rebase);
        stage.run_push(&merge, &[]).skips("skip-label");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn the_labels_of_what_a_staging_branch_gathered_count(stage: &Stage) {
        let merge = promoted(stage, MergeStyle::Merge, &["release:skip"]);
        let ran = stage.run_push(&merge, &[STRICT]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "1,2,3,4");
    }

    fn the_labels_of_what_a_staging_branch_gathered_count_after_a_rebase_too(stage: &Stage) {
        let merge = promoted(stage, MergeStyle::Rebase, &["release:skip"]);
        let ran = stage.run_push(&merge, &[STRICT]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "1,2,3,4");
    }

    fn the_labels_that_a_squashed_promotion_hides_are_told(stage: &Stage) {
        stage.released("1.3.9");
        let message = "Promote staging\n\n* Feature (#1)\n* Fix (#2)";
        let squash = stage.forge.commit(REPO, "main", &[("a.txt", "a")], message);
        stage
            .run_push(&squash, &[])
            .releases("runtime-v1.3.10")
            .says("melted #1, #2 into one commit, and their labels are not weighed");
    }

    fn several_merges_in_one_push_are_one_release_by_the_highest_label(stage: &Stage) {
        let before = stage.released("1.3.9");
        stage.merged("Fix", &["release:patch"], MergeStyle::Merge);
        stage.merged("Break", &["release:major"], MergeStyle::Rebase);
        let last = stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let event = stage.forge.push_event(REPO, "main", &before, &last);
        let ran = stage.run(&event, &[STRICT]).releases("runtime-v2.0.0");
        assert_eq!((ran.output("bump"), ran.output("pr-numbers")), ("major", "1,2,3"));
        let ran = ran
            .says("patch: #1 Fix (from `release:patch`)")
            .says("major: #2 Break (from `release:major`)")
            .says("minor: #3 Feature (from `release:minor`)");
        for title in ["Fix", "Break", "Feature"] {
            assert!(ran.summary.contains(title), "{}", ran.summary);
        }
    }

    fn runs_that_were_cancelled_before_leave_nothing_behind(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Break", &["release:major"], MergeStyle::Squash);
        let second = stage.merged("Fix", &[], MergeStyle::Squash);
        let third = stage.merged("Docs", &["release:skip"], MergeStyle::Squash);
        // only the third push's run happens, and its payload speaks of the third merge alone
        let event = stage.forge.push_event(REPO, "main", &second, &third);
        let ran = stage.run(&event, &[]).releases("runtime-v2.0.0");
        assert_eq!(ran.output("pr-numbers"), "1,2,3");
        assert_eq!(stage.tags()["runtime-v2.0.0"], third);
    }

    fn a_pull_request_without_a_label_asks_for_the_default_bump(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Plain", &["documentation"], MergeStyle::Squash);
        stage
            .run_push(&merge, &[("default-bump", "minor")])
            .releases("runtime-v1.4.0")
            .says("no release label");
    }

    fn contradicting_labels_are_told_and_the_higher_one_counts(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Both", &["release:skip", "release:minor"], MergeStyle::Squash);
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0").says(
            "pull request #1 has the labels `release:minor` and `release:skip`, which contradict each other",
        );
    }

    fn a_direct_push_is_a_patch_unless_told_otherwise(stage: &Stage) {
        stage.released("1.3.9");
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Straight to main");
        stage.run_push(&direct, &[("on-no-pr", "skip")]).skips("no-pull-request");
        stage
            .run_push(&direct, &[STRICT])
            .exits(1)
            .says("1 commit since the last release came by no pull request, and `on-no-pr` is `fail`")
            .says("Straight to main")
            .says("merge changes by pull requests");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
        let ran = stage.run_push(&direct, &[]).releases("runtime-v1.3.10").says("no pull request");
        assert_eq!((ran.output("bump"), ran.output("pr-numbers")), ("patch", ""));
    }

    fn on_no_pr_skip_leaves_pull_requests_their_say(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Feature", &["release:minor"], MergeStyle::Squash);
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Straight to main");
        stage.run_push(&direct, &[("on-no-pr", "skip")]).releases("runtime-v1.4.0");
    }
}

#[test]
fn a_rebase_with_a_merge_commit_is_tied_to_its_pull_request_on_gitea() {
    three_commits_are_one_minor_release(&Stage::new(Dialect::Gitea), MergeStyle::RebaseMerge);
}

#[test]
fn a_fast_forward_is_tied_to_its_pull_request_with_all_its_commits_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    stage.released("1.3.9");
    let pull = NewPull { labels: &["release:minor"], commits: 3, ..NewPull::titled("Three steps") };
    let pull = stage.forge.pull_request(REPO, &pull);
    let merge = stage.forge.merge(REPO, pull.number, MergeStyle::FastForwardOnly);
    assert_eq!(merge, pull.head);
    let ran = stage.run_push(&merge, &[STRICT]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), "1");
}

#[test]
fn a_merge_queue_is_tied_to_its_pull_requests_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    stage.merged("First in the queue", &["release:minor"], MergeStyle::MergeQueue);
    let merge = stage.merged("Second in the queue", &[], MergeStyle::MergeQueue);
    let ran = stage.run_push(&merge, &[STRICT]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), "1,2");
}

#[test]
fn a_commit_of_more_pull_requests_than_one_query_tells_is_asked_for_by_itself_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let bases = ["main", "line-1", "line-2", "line-3", "line-4", "line-5", "line-6"];
    for base in &bases[1..] {
        stage.forge.commit(REPO, base, &[(&format!("{base}.txt"), "")], base);
    }
    stage.forge.commit(REPO, "topic", &[("topic.txt", "")], "Everywhere");
    for (at, base) in bases.iter().enumerate() {
        let labels: &[&str] = if at == 0 { &["release:minor"] } else { &["release:major"] };
        let pull = NewPull { head: "topic", base, commits: 0, labels, ..NewPull::titled("Everywhere") };
        let pull = stage.forge.pull_request(REPO, &pull);
        stage.forge.merge(REPO, pull.number, MergeStyle::Merge);
    }
    let head = stage.forge.head(REPO, "main");
    let ran = stage.run_push(&head, &[]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), "1", "the other lines' merges are no part of this one");
    assert_eq!(stage.asked("pulls.of-commit"), 1);
}

#[test]
fn a_merge_group_passes_and_releases_nothing() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = stage.merged("Queued", &[], MergeStyle::MergeQueue);
    let mut environment = stage.environment(&stage.push(&merge));
    environment.insert("GITHUB_EVENT_NAME".into(), "merge_group".into());
    stage.run_in(&environment, &[]).exits(0).says("merge queue");
    assert!(stage.forge.exchanges().is_empty());
}
