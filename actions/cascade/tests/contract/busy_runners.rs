//! Gitea while its runners are busy: a job that waits for one is told to the repository's owner alone.

use local_forge::{Dialect, Fault, Role};

use crate::stage::{Stage, template};

const TWO_JOBS: &str = "run-name: Publish [${{ inputs.cascade_id }}]\non:\n  workflow_dispatch:\n    inputs:\n      runtime_version: {}\n      cascade_id: {}\njobs:\n  test:\n    runs-on: x\n    steps: []\n  publish:\n    needs: test\n    runs-on: x\n    steps: []\n";

fn stage() -> Stage {
    let stage = Stage::new(Dialect::Gitea);
    stage.template("hermes");
    stage
}

fn run(stage: &Stage, inputs: &[(&str, &str)]) -> crate::ran::Ran {
    stage.run(&[&[("repos", template("hermes").as_str()), ("observation", "1")], inputs].concat())
}

#[test]
fn a_run_that_waits_for_a_runner_is_told_and_not_for_a_retry() {
    let stage = &stage();
    let repo = template("hermes");
    stage.forge.busy_runners(0);
    let ran = run(stage, &[]).succeeds().says("no runner has taken its run up yet");
    assert_eq!((ran.state(&repo).as_str(), ran.output("failed-targets")), ("waiting", ""));
    stage.forge.free_runners();
    let again = run(stage, &[]).succeeds().says("an earlier run told it");
    assert_eq!((again.state(&repo).as_str(), stage.told(&repo).len()), ("started", 1));
}

#[test]
fn a_run_that_waits_until_the_end_of_time_has_failed_and_is_not_for_a_retry() {
    let stage = &stage();
    let repo = template("hermes");
    stage.forge.busy_runners(0);
    let ran = run(stage, &[("wait", "concluded"), ("wait-timeout", "2")]).exits(1);
    let ran = ran.says("before one is, do not run again");
    assert_eq!(ran.state(&repo), "failed: waiting");
    assert_eq!((ran.output("failed"), ran.output("failed-targets")), (repo.as_str(), ""));
    stage.forge.free_runners();
    let again = run(stage, &[("wait", "concluded")]).succeeds();
    assert_eq!((again.state(&repo).as_str(), stage.told(&repo).len()), ("concluded", 1));
}

#[test]
fn the_owners_token_sees_a_run_that_waits_and_never_doubles_it() {
    let stage = &stage();
    let repo = template("hermes");
    let owner = stage.forge.token(Role::Admin);
    stage.forge.busy_runners(0);
    stage.forge.fail(Fault::cut("workflows.dispatch").after_the_effect());
    for _ in 0..3 {
        let ran = run(stage, &[("token", &owner)]).succeeds();
        assert_eq!((ran.state(&repo).as_str(), stage.told(&repo).len()), ("started", 1));
    }
    assert_eq!(stage.asked("runs.tasks"), 0);
}

#[test]
fn an_answer_that_is_lost_before_the_effect_is_made_up_for_by_the_owner() {
    let stage = &stage();
    let owner = stage.forge.token(Role::Admin);
    stage.forge.fail(Fault::status("workflows.dispatch", 500));
    run(stage, &[("token", &owner)]).succeeds();
    assert_eq!(stage.told(&template("hermes")).len(), 1);
}

#[test]
fn a_run_is_no_success_while_a_job_of_it_waits_for_a_runner() {
    for (role, patience) in [(Role::Write, "12"), (Role::Admin, "2")] {
        let stage = Stage::new(Dialect::Gitea);
        stage.forge.repo("acme/a");
        stage.workflow_file("acme/a", "a.yml", TWO_JOBS);
        let token = stage.forge.token(role);
        stage.forge.busy_runners(1);
        let given = [
            ("repos", "acme/a"),
            ("wait", "concluded"),
            ("wait-timeout", patience),
            ("token", token.as_str()),
        ];
        let ran = stage.run(&given).exits(1);
        assert_eq!(ran.state("acme/a"), "failed: deadline");
        if role == Role::Write {
            assert!(ran.log.contains("1 of 2 jobs of its run have ended well"), "{}", ran.log);
        }
        stage.forge.free_runners();
        let again = stage.run(&given).succeeds();
        assert_eq!((again.state("acme/a").as_str(), stage.told("acme/a").len()), ("concluded", 1));
    }
}
