//! How often a release waits for the forge.

use std::io::Write as _;
use std::time::Duration;

use local_forge::{Exchange, MergeStyle, round_trips};

use crate::stage::{REPO, Stage};

/// The round trips of one release, with the requests told.
fn of_one_release(stage: &Stage, what: &str) -> usize {
    of_one_run(stage, what, &[])
}

fn of_one_run(stage: &Stage, what: &str, inputs: &[(&str, &str)]) -> usize {
    let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
    stage.forge.set_latency(Duration::from_millis(250));
    stage.forge.forget_exchanges();
    let ran = stage.run_push(&merge, inputs).succeeds();
    let exchanges: Vec<Exchange> = stage.forge.exchanges();
    let operations: Vec<_> = exchanges.iter().map(|exchange| exchange.operation.as_str()).collect();
    let trips = round_trips(&exchanges);
    let told = format!(
        "{} {what}: {trips} round trips, {} requests ({}): {}\n",
        stage.dialect(),
        exchanges.len(),
        operations.join(", "),
        ran.output("tag")
    );
    // the process's own standard error is not captured
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(stage.forge.tags(REPO)[ran.output("tag")].message.is_some(), "it is annotated");
    trips
}

on_both! {
    fn a_release_of_one_pull_request_takes_four_round_trips(stage: &Stage) {
        stage.released("1.3.9");
        assert!(of_one_release(stage, "with one tag") <= 4);
        // GitHub tells the last merges along with the commits, and in far fewer bytes than by a list of their own
        assert_eq!(stage.asked("pulls.list"), stage.pick(0, 1));
    }

    fn ten_thousand_tags_add_no_round_trip(stage: &Stage) {
        let head = stage.released("1.3.9");
        let tags: Vec<_> =
            (0..10_000).map(|n| (format!("runtime-v0.{}.{}", n / 100, n % 100), head.clone())).collect();
        stage.forge.annotated_tags(REPO, &tags, "old");
        assert!(of_one_release(stage, "with 10,000 tags") <= 4);
    }

    fn how_many_requests_were_sent_is_told_to_those_who_debug(stage: &Stage) {
        let merge = stage.merged("One", &[], MergeStyle::Squash);
        let mut environment = stage.environment(&stage.push(&merge));
        environment.insert("RUNNER_DEBUG".into(), "1".into());
        stage.run_in(&environment, &[]).succeeds().says(" requests were sent");
    }

    fn the_second_candidate_takes_no_more(stage: &Stage) {
        stage.released("1.3.9");
        let first = stage.merged("Zero", &["release:minor"], MergeStyle::Squash);
        stage.run_push(&first, &[("prerelease", "rc")]).releases("runtime-v1.4.0-rc.1");
        assert!(of_one_run(stage, "of a second candidate", &[("prerelease", "rc")]) <= 4);
    }

    fn the_first_release_takes_no_more(stage: &Stage) {
        assert!(of_one_release(stage, "without a tag") <= 4);
    }
}
