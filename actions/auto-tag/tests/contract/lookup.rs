//! The look-up from commits to pull requests: late, empty, or failing.

use std::time::Duration;

use local_forge::{Dialect, Fault, MergeStyle};

use crate::stage::{REPO, Stage};

/// What the look-up is called on each forge.
fn lookup(stage: &Stage) -> &'static str {
    stage.pick("graphql", "pulls.list")
}

on_both! {
    fn a_lookup_that_lags_behind_the_merge_is_waited_for(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(2);
        // a rebase leaves no trace of the pull request in the commit's message
        let merge = stage.merged("Nameless", &["release:minor"], MergeStyle::Rebase);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v1.4.0").says("waiting 1 s");
        assert_eq!(ran.output("pr-numbers"), "1");
    }

    fn a_pull_request_that_the_title_names_is_fetched_and_not_waited_for(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(1000);
        let merge = stage.merged("Named", &["release:minor"], MergeStyle::Squash);
        let ran = stage.run_push(&merge, &[]).releases("runtime-v1.4.0").does_not_say("waiting");
        assert_eq!(ran.output("pr-numbers"), "1");
        assert_eq!(stage.asked("pulls.get"), 1);
    }

    fn a_merge_commit_that_names_its_pull_request_brings_its_branch_along(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(1000);
        let merge = stage.merged("Named", &["release:skip"], MergeStyle::Merge);
        stage.run_push(&merge, &[("on-no-pr", "fail")]).skips("skip-label");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn an_old_direct_push_is_not_waited_for(stage: &Stage) {
        stage.released("1.3.9");
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Long ago");
        stage.run_push(&direct, &[]).releases("runtime-v1.3.10").does_not_say("waiting");
    }

    fn patience_ends_and_says_so(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Just now");
        stage.run_push(&direct, &[("lookup-patience", "1")]).releases("runtime-v1.3.10").says("waiting 1 s");
        stage.now();
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "b")], "Just now, too");
        stage
            .run_push(&direct, &[("lookup-patience", "0")])
            .releases("runtime-v1.3.11")
            .does_not_say("waiting");
    }

    fn a_title_that_names_somebody_elses_pull_request_proves_nothing(stage: &Stage) {
        stage.released("1.3.9");
        stage.merged("Break", &["release:major"], MergeStyle::Squash);
        stage.released("2.0.0");
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Follow up (#1)");
        stage
            .run_push(&direct, &[])
            .releases("runtime-v2.0.1")
            .says("names #1, which was not merged as this commit: it counts as a direct push");
    }

    fn a_title_that_names_an_open_pull_request_is_given_time(stage: &Stage) {
        stage.released("1.3.9");
        stage.opened("Still open", &["release:major"]);
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Sneaked in (#1)");
        stage
            .run_push(&direct, &[("lookup-patience", "1")])
            .releases("runtime-v1.3.10")
            .says("waiting 1 s")
            .says("names #1, which is still open: it counts as a direct push");
    }

    fn a_number_that_is_no_pull_request_is_a_direct_push(stage: &Stage) {
        stage.released("1.3.9");
        let direct = stage.forge.commit(REPO, "main", &[("a.txt", "a")], "Typo (#77)");
        stage.run_push(&direct, &[("on-no-pr", "fail")]).exits(1).says("Typo (#77)");
        stage
            .run_push(&direct, &[])
            .releases("runtime-v1.3.10")
            .says("names #77, which is no pull request: it counts as a direct push");
    }

    fn a_pull_request_that_is_not_found_at_first_is_asked_for_again(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(1000);
        let merge = stage.merged("Named", &["release:minor"], MergeStyle::Squash);
        stage.forge.fail(Fault::status("pulls.get", 404).body("{}").times(2));
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0").says("waiting 1 s");
    }

    fn a_lookup_that_fails_is_an_error_and_never_a_patch(stage: &Stage) {
        stage.released("1.3.9");
        let merge = stage.merged("Break", &["release:major"], MergeStyle::Squash);
        stage.forge.fail(Fault::status(lookup(stage), 403).body("{}"));
        stage.run_push(&merge, &[]).exits(1).says("could not").says("403");
        stage.forge.fail(Fault::status(lookup(stage), 500).times(4));
        stage.run_push(&merge, &[]).exits(1).says("could not").says("500");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
        stage.run_push(&merge, &[]).releases("runtime-v2.0.0");
    }

    fn a_pull_request_that_is_named_and_cannot_be_read_is_an_error(stage: &Stage) {
        stage.released("1.3.9");
        stage.now();
        stage.forge.lag_pull_lookup(1000);
        let merge = stage.merged("Break", &["release:major"], MergeStyle::Squash);
        stage.forge.fail(Fault::status("pulls.get", 403).body("{}"));
        stage.run_push(&merge, &[]).exits(1).says("could not read pull request #1");
        assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
    }

    fn a_hundred_and_fifty_commits_are_read_in_a_bounded_number_of_requests(stage: &Stage) {
        stage.released("1.3.9");
        for round in 0..3 {
            let title = format!("Long branch {round}");
            let labels: &[&str] = if round == 0 { &["release:minor"] } else { &[] };
            let pull = local_forge::NewPull { labels, commits: 50, ..local_forge::NewPull::titled(&title) };
            let pull = stage.forge.pull_request(REPO, &pull);
            stage.forge.merge(REPO, pull.number, MergeStyle::Merge);
        }
        let head = stage.forge.head(REPO, "main");
        stage.forge.forget_exchanges();
        let ran = stage.run_push(&head, &[("on-no-pr", "fail")]).releases("runtime-v1.4.0");
        assert_eq!(ran.output("pr-numbers"), "1,2,3");
        let asked = stage.forge.exchanges().len();
        assert!(asked <= 10, "{asked} requests");
    }
}

#[test]
fn half_an_answer_of_graphql_is_no_answer() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let merge = stage.merged("Break", &["release:major"], MergeStyle::Squash);
    let half = r#"{"data":{"repository":{"object":{"history":{"nodes":[]}}}},"errors":[{"type":"FORBIDDEN","message":"Resource not accessible by integration","path":["repository"],"locations":[{"line":1,"column":2}]}]}"#;
    stage.forge.fail(Fault::status("graphql", 200).header("content-type", "application/json").body(half));
    stage.run_push(&merge, &[]).exits(1).says("Resource not accessible by integration");
    assert_eq!(stage.tag_names(), ["runtime-v1.3.9"]);
}

#[test]
fn a_slow_lookup_is_still_an_answer() {
    let stage = Stage::new(Dialect::Gitea);
    stage.released("1.3.9");
    let merge = stage.merged("Slow", &["release:minor"], MergeStyle::Squash);
    stage.forge.fail(Fault::stall("pulls.list", Duration::from_millis(600)));
    stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
}
