//! Which runs are the targets' own: by the id in their titles, or else by their order.

use std::time::Duration;

use local_forge::{Conclusion, Dialect};
use serde_json::json;

use crate::stage::Stage;

const EVENT_AND_START: &str =
    "on:\n  repository_dispatch:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n";

/// A run name that reads the id from what did not start it.
fn misnamed(stage: &Stage) -> String {
    let name = stage.pick("${{ inputs.cascade_id }}", "${{ github.event.client_payload.cascade_id }}");
    format!("run-name: Publish [{name}]\n{EVENT_AND_START}")
}

/// Somebody else starts the same workflow.
fn start_another(stage: &Stage, repo: &str) {
    if stage.dialect() == Dialect::GitHub {
        stage.forge.send_event(repo, "other", &json!({}));
    } else {
        stage.forge.dispatch(repo, "a.yml", &[]);
    }
}

on_both! {
    fn a_receiver_whose_runs_never_carry_the_id_is_told_once_and_warned_of(stage: &Stage) {
        let heads = [misnamed(stage), format!("run-name: Publish [${{{{ inputs.cascade_id }}}}]\n{EVENT_AND_START}")];
        for (number, head) in heads.iter().enumerate() {
            let repo = format!("acme/t{number}");
            stage.forge.repo(&repo);
            stage.workflow(&repo, "a.yml", head);
            let given = [("repos", repo.as_str()), ("observation", "2")];
            let ran = stage.run(&given).succeeds().says("carry no `cascade_id` in their names");
            assert_eq!(ran.state(&repo), "started");
            for _ in 0..2 {
                let again = stage.run(&given).exits(1).says("may be the release's");
                assert_eq!(again.state(&repo), "failed: ambiguous");
            }
            assert_eq!(stage.told(&repo).len(), 1, "{}", ran.log);
            stage.run(&[&given[..], &[("redispatch-failed", "true")]].concat()).succeeds();
            assert_eq!(stage.told(&repo).len(), 2, "as it was asked for");
        }
    }

    fn a_doctor_warns_of_receivers_whose_runs_carry_no_id(stage: &Stage) {
        stage.forge.repo("acme/a");
        stage.workflow("acme/a", "a.yml", EVENT_AND_START);
        let given = [("command", "doctor"), ("token", stage.token.as_str()), ("repos", "acme/a")];
        stage.run_with(&given).succeeds().says("carry no `cascade_id` in their names");
    }

    fn of_two_runs_that_may_be_ours_both_must_end_well(stage: &Stage) {
        stage.forge.repo("acme/a");
        stage.workflow("acme/a", "a.yml", EVENT_AND_START);
        // ours fails, and another one, which comes a moment later, ends well
        let operation = stage.pick("repos.dispatch", "workflows.dispatch");
        stage.forge.end_runs(Duration::from_millis(800), Conclusion::Failure);
        let given = [("version", "1.4.0"), ("token", stage.token.as_str()), ("repos", "acme/a"), ("wait", "concluded")];
        let started = stage.started(&given);
        while stage.asked(operation) == 0 || stage.told("acme/a").is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        stage.forge.end_runs(Duration::ZERO, Conclusion::Success);
        start_another(stage, "acme/a");
        let ran = started.ends(stage).exits(1).says("ended with `failure`");
        assert_eq!(ran.state("acme/a"), "failed: run-failed");
    }
}

#[test]
fn a_receiver_with_an_id_and_one_without_are_both_found_also_by_a_second_run() {
    let stage = &Stage::new(Dialect::GitHub);
    stage.receiver("acme/a");
    stage.workflow("acme/a", "other.yml", "on: repository_dispatch\n");
    let ran = stage.run(&[("repos", "acme/a")]).succeeds();
    assert_eq!((ran.state("acme/a").as_str(), stage.told("acme/a").len()), ("started", 2));
    let again = stage.run(&[("repos", "acme/a")]).succeeds().says("an earlier run told it");
    assert_eq!((again.state("acme/a").as_str(), stage.told("acme/a").len()), ("started", 2));
}

#[test]
fn a_receiver_that_did_not_answer_the_first_run_is_missed_by_the_second() {
    let stage = &Stage::new(Dialect::GitHub);
    stage.receiver("acme/a");
    let id = stage.run(&[("repos", "acme/a")]).succeeds().output("cascade-id").to_owned();
    // another receiver, which has not answered that event
    stage.workflow("acme/a", "other.yml", "on: repository_dispatch\n");
    let given = [("repos", "acme/a"), ("observation", "1")];
    for wait in ["started", "concluded"] {
        let ran = stage.run(&[&given[..], &[("wait", wait)]].concat()).exits(1).says("no run of `other.yml`");
        assert_eq!(ran.state("acme/a"), "failed: no-run");
    }
    assert_eq!(stage.told("acme/a").len(), 1);
    stage.run(&[&given[..], &[("redispatch-failed", "true")]].concat()).succeeds();
    assert_eq!(stage.told("acme/a").iter().filter(|run| run.title.contains(&id)).count(), 2);
}
