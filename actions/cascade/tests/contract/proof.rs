//! What came of the runs.

use std::time::Duration;

use local_forge::Conclusion;

use crate::stage::{Stage, template};

on_both! {
    fn a_run_is_followed_to_its_end(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.end_runs(Duration::from_millis(700), Conclusion::Success);
        let ran = stage.run(&[("repos", &repo), ("wait", "concluded")]).succeeds();
        assert_eq!(ran.state(&repo), "concluded");
        assert!(ran.summary.contains("| [1](http"), "{}", ran.summary);
    }

    fn a_run_that_ends_badly_is_a_failure(stage: &Stage) {
        let repo = stage.template("hermes");
        for (conclusion, word) in [(Conclusion::Failure, "failure"), (Conclusion::Cancelled, "cancelled")] {
            stage.forge.end_runs(Duration::from_millis(100), conclusion);
            let ran = stage.run(&[("repos", &repo), ("wait", "concluded"), ("version", if word == "failure" { "1.4.1" } else { "1.4.2" })]);
            let ran = ran.exits(1).says(&format!("ended with `{word}`"));
            assert_eq!(ran.state(&repo), "failed: run-failed");
            assert!(ran.target(&repo)["links"][0].as_str().is_some());
        }
    }

    fn a_slow_target_and_an_archived_one_hold_up_nobody(stage: &Stage) {
        stage.templates();
        stage.forge.set_archived(&template("openclaw"), true);
        stage.forge.end_runs(Duration::from_millis(10), Conclusion::Success);
        stage.forge.end_runs_of(&template("crewai"), Duration::from_mins(10), Conclusion::Success);
        let ran = stage.run(&[("wait", "concluded"), ("wait-timeout", "15")]).exits(4);
        assert_eq!(ran.state(&template("crewai")), "failed: deadline");
        assert_eq!(ran.state(&template("openclaw")), "failed: archived");
        assert_eq!(ran.state(&template("hermes")), "concluded");
        assert_eq!(ran.output("dispatched").split(',').count(), 6);
    }

    fn a_run_is_followed_from_when_it_was_told_and_not_from_when_it_waited_for_its_turn(stage: &Stage) {
        let repos = ["hermes", "crewai", "autogen"].map(|runtime| stage.template(runtime));
        stage.forge.end_runs(Duration::from_millis(500), Conclusion::Success);
        let given = [("repos", &*repos.join(",")), ("pace", "1/4s"), ("wait", "concluded"), ("wait-timeout", "4")];
        let ran = stage.run(&given).succeeds();
        assert!(repos.iter().all(|repo| ran.state(repo) == "concluded"), "{}", ran.log);
    }

    fn a_run_that_takes_too_long_is_a_failure(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.end_runs(Duration::from_mins(10), Conclusion::Success);
        let ran = stage.run(&[("repos", &repo), ("wait", "concluded"), ("wait-timeout", "2")]).exits(1);
        assert_eq!(ran.state(&repo), "failed: deadline");
    }

    fn a_failed_run_is_started_again_only_when_asked(stage: &Stage) {
        let repo = stage.template("hermes");
        stage.forge.end_runs(Duration::from_millis(10), Conclusion::Failure);
        stage.run(&[("repos", &repo), ("wait", "concluded")]).exits(1);
        stage.run(&[("repos", &repo), ("wait", "concluded")]).exits(1);
        assert_eq!(stage.told(&repo).len(), 1);
        stage.forge.end_runs(Duration::from_millis(10), Conclusion::Success);
        let again = stage.run(&[("repos", &repo), ("wait", "concluded"), ("redispatch-failed", "true")]).succeeds();
        assert_eq!(again.state(&repo), "concluded");
        assert_eq!(stage.told(&repo).len(), 2);
    }

    fn runs_without_names_are_told_by_their_order(stage: &Stage) {
        stage.forge.repo("acme/a");
        stage.workflow("acme/a", "a.yml", "on:\n  repository_dispatch:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n");
        let ran = stage.run(&[("repos", "acme/a")]).succeeds().says("so that its runs are told apart by their order alone");
        assert_eq!(ran.state("acme/a"), "started");
        assert_eq!(stage.told("acme/a").len(), 1);
    }

    fn nothing_is_waited_for_where_that_is_asked(stage: &Stage) {
        let repo = stage.template("hermes");
        let ran = stage.run(&[("repos", &repo), ("wait", "none")]).succeeds();
        assert_eq!(ran.state(&repo), "accepted");
        assert_eq!(stage.told(&repo).len(), 1);
    }

    fn eight_targets_take_four_round_trips_with_the_preflight(stage: &Stage) {
        stage.templates();
        stage.forge.set_latency(Duration::from_millis(50));
        // a machine that stands still in between lets requests follow each other that would go side by side
        let told = ["1.4.1", "1.4.2", "1.4.3"].map(|version| {
            stage.forge.forget_exchanges();
            stage.run(&[("wait", "none"), ("version", version)]).succeeds();
            let exchanges = stage.forge.exchanges();
            let told = exchanges.iter().map(|one| format!("{} {}", one.operation, one.target));
            (local_forge::round_trips(&exchanges), told.collect::<Vec<_>>())
        });
        let fewest = told.iter().min().unwrap();
        assert!(fewest.0 <= 4, "{fewest:#?}");
    }
}

#[test]
fn an_event_that_starts_nothing_is_a_failure_that_says_so() {
    let stage = &Stage::new(local_forge::Dialect::GitHub);
    let repo = stage.template("hermes");
    stage.forge.set_actions(&repo, false);
    let ran = stage.run(&[("repos", &repo), ("observation", "1")]).exits(1).says("Actions are switched on");
    assert_eq!(ran.state(&repo), "failed: no-run");
}

#[test]
fn a_repository_whose_actions_are_off_is_told_before_anything_is_sent() {
    let stage = &Stage::new(local_forge::Dialect::Gitea);
    let repo = stage.template("hermes");
    stage.forge.set_actions(&repo, false);
    let ran = stage.run(&[("repos", &repo)]).exits(1);
    assert_eq!(ran.state(&repo), "failed: actions-off");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_missing_receiver_is_told_before_anything_is_sent() {
    let stage = &Stage::new(local_forge::Dialect::GitHub);
    stage.forge.repo(&template("hermes"));
    let ran = stage.run(&[("repos", &template("hermes")), ("mode", "repository-dispatch")]).exits(1);
    assert_eq!(ran.state(&template("hermes")), "failed: no-receiver");
    assert_eq!(stage.writes(), 0);
}
