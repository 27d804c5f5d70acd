//! Long ranges and long lists: what is asked of a forge stays bounded.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use local_forge::{Dialect, Exchange, Fault, MergeStyle};

use crate::stage::{REPO, Stage};

/// How many of these requests were under way at once, at most.
fn most_at_once(exchanges: &[Exchange]) -> usize {
    let under_way = |one: &Exchange| {
        exchanges.iter().filter(|other| other.started <= one.started && one.started < other.ended).count()
    };
    exchanges.iter().map(under_way).max().unwrap_or_default()
}

on_both! {
    fn a_long_list_of_named_pull_requests_is_asked_for_eight_at_a_time(stage: &Stage) {
        stage.released("1.3.9");
        for number in 1..=30 {
            stage.forge.commit(REPO, "main", &[("a.txt", &number.to_string())], &format!("Step (#{number})"));
        }
        let head = stage.forge.head(REPO, "main");
        stage.forge.set_latency(Duration::from_millis(60));
        stage.forge.forget_exchanges();
        stage.run_push(&head, &[]).releases("runtime-v1.3.10");
        assert_eq!(stage.asked("pulls.get"), 30);
        let most = most_at_once(&stage.forge.exchanges());
        assert!((2..=8).contains(&most), "{most} requests at once");
    }
}

#[test]
fn more_named_pull_requests_than_can_be_asked_for_are_refused_with_the_way_out() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let named: Vec<_> = (1..=501).map(|number| format!("(#{number})")).collect();
    let head = stage.forge.commit(REPO, "main", &[("a.txt", "a")], &named.join(" "));
    stage
        .run_push(&head, &[])
        .exits(1)
        .says("501 pull requests are to be asked for since the last release, and at most 500 are")
        .says("tag a commit in between by hand");
    assert_eq!(stage.asked("pulls.get"), 0);
}

#[test]
fn a_range_of_too_many_commits_is_refused_with_the_way_out_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    stage.released("1.3.9");
    let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
    let endless = r#"{"status":"ahead","total_commits":20000,"commits":[],"files":[]}"#;
    let fault = Fault::status("commits.compare", 200).header("content-type", "application/json");
    stage.forge.fail(fault.body(endless).times(9));
    stage
        .run_push(&merge, &[])
        .exits(1)
        .says("20000 commits came since the last release, and at most 5000 are read")
        .says("tag a commit in between by hand");
    assert!(stage.asked("commits.compare") <= 2);
}

#[test]
fn a_range_of_too_many_commits_is_refused_with_the_way_out_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    stage.released("1.3.9");
    let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
    let signature = r#"{"date":"2026-01-01T00:00:00Z"}"#;
    let one = format!(
        r#"[{{"sha":"{merge}","commit":{{"message":"m","author":{signature},"committer":{signature}}},"parents":[]}}]"#
    );
    let fault = Fault::status("commits.list", 200).header("content-type", "application/json");
    stage.forge.fail(fault.header("x-total-count", "20000").body(one).times(9));
    stage
        .run_push(&merge, &[])
        .exits(1)
        .says("20000 commits came since the last release, and at most 5000 are read");
    assert!(stage.asked("commits.list") <= 3);
}

#[test]
fn an_old_branch_that_is_merged_late_is_asked_for_by_its_commits_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    let months_ago = |months: i64| Timestamp::now() - SignedDuration::from_hours(months * 30 * 24);
    stage.forge.set_time(months_ago(20));
    let old = stage.opened("An old thing", &["release:minor"]);
    stage.forge.set_time(months_ago(5));
    for number in 0..110 {
        let busy = stage.opened(&format!("Busy {number}"), &[]);
        stage.forge.close(REPO, busy);
    }
    stage.released("1.3.9");
    let merge = stage.forge.merge(REPO, old, MergeStyle::Merge);
    stage.forge.forget_exchanges();
    let ran = stage.run_push(&merge, &[("on-no-pr", "fail")]).releases("runtime-v1.4.0");
    assert_eq!(ran.output("pr-numbers"), old.to_string());
    assert_eq!((stage.asked("pulls.list"), stage.asked("pulls.of-commit")), (1, 1));
}
