//! Starting a workflow at the new tag.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use local_forge::{Access, Dialect, Dispatched, Fault, MergeStyle, Permission, Permissions, Role};

use crate::stage::{REPO, Stage};

const PUBLISH: (&str, &str) = ("dispatch", "publish.yml");

/// A release is due, and there is a workflow to start.
fn due(stage: &Stage) -> String {
    stage.released("1.3.9");
    stage.workflow("publish.yml");
    stage.merged("One", &["release:minor"], MergeStyle::Squash)
}

fn dispatched(stage: &Stage) -> Vec<Dispatched> {
    stage.forge.runs(REPO).into_iter().filter(|run| run.event == "workflow_dispatch").collect()
}

fn workflow(stage: &Stage, file: &str, text: &str) {
    let path = stage.pick(".github/workflows/", ".gitea/workflows/").to_owned() + file;
    stage.forge.commit(REPO, "main", &[(&path, text)], "ci: a workflow");
}

/// At least that many jobs run for a push to another branch.
fn much_goes_on(stage: &Stage, jobs: usize) {
    let mut text = "on:\n  push:\n    branches: [busy]\njobs:\n".to_owned();
    for job in 0..jobs {
        writeln!(text, "  job-{job}:\n    runs-on: ubuntu-latest\n    steps: []").unwrap();
    }
    let path = stage.pick(".github/workflows/busy.yml", ".gitea/workflows/busy.yml");
    let before = stage.forge.runs(REPO).len();
    stage.forge.commit(REPO, "busy", &[(path, &text)], "Much to do");
    assert_eq!(stage.forge.runs(REPO).len(), before + 1);
}

#[track_caller]
fn assert_one_run(stage: &Stage, merge: &str) -> Dispatched {
    let runs = dispatched(stage);
    assert_eq!(runs.len(), 1, "{runs:#?}");
    let run = runs.into_iter().next().unwrap();
    assert_eq!((run.git_ref.as_str(), run.sha.as_str()), ("refs/tags/runtime-v1.4.0", merge));
    assert_eq!(run.workflow, "publish.yml");
    run
}

on_both! {
    fn the_workflow_is_started_at_the_tag_with_its_inputs(stage: &Stage) {
        let merge = due(stage);
        let inputs = [PUBLISH, ("dispatch-inputs", "version={version}\nnote={tag} = out")];
        let ran = stage.run_push(&merge, &inputs).releases("runtime-v1.4.0");
        let run = assert_one_run(stage, &merge);
        assert_eq!(run.inputs["version"], "1.4.0");
        assert_eq!(run.inputs["note"], "runtime-v1.4.0 = out");
        let url = ran.output("dispatched-run-url");
        assert!(url.starts_with(&stage.forge.url()) && url.contains("/actions/runs/"), "{url}");
        ran.does_not_say("starts no workflow");
    }

    fn a_lost_answer_is_looked_after_and_the_workflow_started_once(stage: &Stage) {
        let merge = due(stage);
        stage.forge.fail(Fault::cut("workflows.dispatch").after_the_effect());
        let ran = stage.run_push(&merge, &[PUBLISH]).releases("runtime-v1.4.0");
        assert_one_run(stage, &merge);
        assert!(ran.output("dispatched-run-url").contains("/actions/runs/"));
    }

    fn a_run_that_died_between_tag_and_dispatch_is_taken_up_by_the_next(stage: &Stage) {
        let merge = due(stage);
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        assert!(dispatched(stage).is_empty());
        let ran = stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_eq!((ran.output("created"), ran.output("reason")), ("false", "already-released"));
        assert!(ran.output("dispatched-run-url").contains("/actions/runs/"));
        assert_one_run(stage, &merge);

        let again = stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_eq!(again.output("dispatched-run-url"), ran.output("dispatched-run-url"));
        assert_one_run(stage, &merge);
    }

    fn a_dispatch_that_is_refused_fails_the_run_and_the_next_one_mends_it(stage: &Stage) {
        let merge = due(stage);
        stage.forge.fail(Fault::status("workflows.dispatch", 403).body("{}"));
        stage
            .run_push(&merge, &[PUBLISH])
            .exits(1)
            .says("could not start workflow `publish.yml` at `runtime-v1.4.0`")
            .says("actions: write");
        assert_eq!(stage.tags()["runtime-v1.4.0"], merge);
        stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_one_run(stage, &merge);
    }

    fn a_token_that_may_not_dispatch_is_told_what_it_lacks(stage: &Stage) {
        let merge = due(stage);
        let permissions = Permissions::of_a_job().with(Permission::Actions, Access::Read);
        let token = stage.forge.narrowed_job_token(REPO, permissions);
        stage
            .run_push(&merge, &[PUBLISH, ("token", &token)])
            .exits(1)
            .says("could not start workflow `publish.yml`")
            .says("actions: write");
        stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_one_run(stage, &merge);
    }

    fn with_another_token_the_run_that_the_tag_starts_is_enough(stage: &Stage) {
        let merge = due(stage);
        let token = stage.forge.token(Role::Write);
        let ran = stage.run_push(&merge, &[PUBLISH, ("token", &token)]).releases("runtime-v1.4.0");
        let runs = stage.forge.runs(REPO);
        assert_eq!(runs.len(), 1, "{runs:#?}");
        assert_eq!(runs[0].event, "push");
        assert!(ran.output("dispatched-run-url").contains("/actions/runs/"), "{}", ran.log);
        ran.says("the push of `runtime-v1.4.0` has started `publish.yml`: it is not started again");
    }

    fn with_another_token_a_workflow_that_waits_for_no_tag_is_started(stage: &Stage) {
        stage.released("1.3.9");
        let text = "on: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: []\n";
        workflow(stage, "publish.yml", text);
        let merge = stage.merged("One", &["release:minor"], MergeStyle::Squash);
        let token = stage.forge.token(Role::Write);
        stage.run_push(&merge, &[PUBLISH, ("token", &token)]).releases("runtime-v1.4.0");
        assert_one_run(stage, &merge);
    }

    fn a_branch_of_the_tags_name_does_not_win(stage: &Stage) {
        let merge = due(stage);
        stage.forge.commit(REPO, "runtime-v1.4.0", &[("branch.txt", "")], "A branch");
        stage.run_push(&merge, &[PUBLISH]).releases("runtime-v1.4.0");
        assert_one_run(stage, &merge);
    }

    fn a_run_is_found_again_behind_many_later_ones(stage: &Stage) {
        let merge = due(stage);
        let ran = stage.run_push(&merge, &[PUBLISH]).releases("runtime-v1.4.0");
        much_goes_on(stage, 130);
        let again = stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_eq!(again.output("dispatched-run-url"), ran.output("dispatched-run-url"));
        assert_one_run(stage, &merge);
    }

    fn many_runs_do_not_hide_that_there_is_none_at_the_tag(stage: &Stage) {
        let hours_ago = |hours| Timestamp::now() - SignedDuration::from_hours(hours);
        stage.forge.set_time(hours_ago(48));
        let merge = due(stage);
        much_goes_on(stage, 120);
        stage.forge.set_time(hours_ago(2));
        stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
        much_goes_on(stage, 60);
        stage.forge.forget_exchanges();
        stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert_one_run(stage, &merge);
        let pages = stage.asked("runs.tasks");
        assert!(pages <= 3, "{pages} pages were read, further back than the tag's time");
    }

    fn a_run_that_the_tags_push_started_is_enough(stage: &Stage) {
        let merge = due(stage);
        // by a person, so that the push of the tag starts the workflow by itself
        stage.forge.tag(REPO, "runtime-v1.4.0", &merge, Some("By hand"));
        assert_eq!(
            stage.forge.runs(REPO).iter().filter(|run| run.git_ref == "refs/tags/runtime-v1.4.0").count(),
            1
        );
        let ran = stage.run_push(&merge, &[PUBLISH]).succeeds();
        assert!(dispatched(stage).is_empty());
        assert!(ran.output("dispatched-run-url").contains("/actions/runs/"));
    }

    fn a_workflow_that_is_not_there_is_told(stage: &Stage) {
        let merge = due(stage);
        stage
            .run_push(&merge, &[("dispatch", "release.yml")])
            .exits(1)
            .says("could not start workflow `release.yml`")
            .says("the workflow file must be on the default branch and at the tag");
    }

    fn a_tag_made_with_the_jobs_token_starts_nothing_and_this_is_said(stage: &Stage) {
        let merge = due(stage);
        stage
            .run_push(&merge, &[])
            .releases("runtime-v1.4.0")
            .says("a tag made with the job's own token starts no workflow: set `dispatch`");
        assert!(stage.forge.runs(REPO).is_empty());
    }

    fn a_tag_made_with_a_persons_token_starts_workflows_and_nothing_is_said(stage: &Stage) {
        let merge = due(stage);
        let token = stage.forge.token(Role::Write);
        stage
            .run_push(&merge, &[("token", &token)])
            .releases("runtime-v1.4.0")
            .does_not_say("starts no workflow");
        assert_eq!(stage.forge.runs(REPO).len(), 1);
    }

    fn skip_ci_in_the_tagged_message_is_told(stage: &Stage) {
        stage.released("1.3.9");
        stage.workflow("publish.yml");
        let merge = stage.merged("Quiet [skip ci]", &["release:minor"], MergeStyle::Squash);
        let token = stage.forge.token(Role::Write);
        stage
            .run_push(&merge, &[("token", &token), ("dry-run", "true")])
            .succeeds()
            .says("holds `[skip ci]`, which keeps its tag from starting a workflow");
        stage.run_push(&merge, &[("token", &token)]).releases("runtime-v1.4.0").says("[skip ci]");
        assert!(stage.forge.runs(REPO).is_empty());
        stage.run_push(&merge, &[("token", &token), PUBLISH]).succeeds();
        assert_one_run(stage, &merge);
    }

    fn a_superseded_run_starts_nothing(stage: &Stage) {
        let older = due(stage);
        stage.merged("Newer", &[], MergeStyle::Squash);
        stage.released("1.4.0");
        stage.run_push(&older, &[PUBLISH]).skips("superseded");
        assert!(dispatched(stage).is_empty());
    }
}

#[test]
fn a_request_that_was_lost_is_sent_once_more_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = due(&stage);
    stage.forge.fail(Fault::cut("workflows.dispatch"));
    stage.run_push(&merge, &[PUBLISH]).releases("runtime-v1.4.0");
    assert_one_run(&stage, &merge);
}

#[test]
fn a_request_that_is_always_lost_is_sent_twice_and_not_again_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = due(&stage);
    stage.forge.fail(Fault::cut("workflows.dispatch").times(9));
    stage
        .run_push(&merge, &[PUBLISH])
        .exits(1)
        .says("could not start workflow `publish.yml`")
        .says("run again when none of `publish.yml`");
    assert_eq!(stage.asked("workflows.dispatch"), 2);
    stage.forge.calm();
    stage.run_push(&merge, &[PUBLISH]).succeeds();
    assert_one_run(&stage, &merge);
}

#[test]
fn a_request_that_was_lost_is_left_to_the_next_run_on_gitea_where_a_waiting_run_is_not_to_be_seen() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = due(&stage);
    stage.forge.fail(Fault::cut("workflows.dispatch"));
    stage
        .run_push(&merge, &[PUBLISH])
        .exits(1)
        .says("could not start workflow `publish.yml`")
        .says("run again when none of `publish.yml` waits for a runner at `runtime-v1.4.0`");
    assert_eq!(stage.asked("workflows.dispatch"), 1);
    stage.run_push(&merge, &[PUBLISH]).succeeds();
    assert_one_run(&stage, &merge);
}

#[test]
fn where_the_list_of_tasks_has_no_end_nothing_is_started_blindly_on_gitea() {
    let stage = Stage::new(Dialect::Gitea);
    let merge = due(&stage);
    stage.run_push(&merge, &[]).releases("runtime-v1.4.0");
    much_goes_on(&stage, 1100);
    stage
        .run_push(&merge, &[PUBLISH])
        .exits(1)
        .says("a run of `publish.yml` at it may be further back")
        .says("start `publish.yml` at `runtime-v1.4.0` by hand if there is none");
    assert!(dispatched(&stage).is_empty());
}

#[test]
fn an_older_enterprise_server_that_refuses_the_question_for_details_is_asked_without() {
    let stage = Stage::new(Dialect::GitHub);
    let merge = due(&stage);
    stage.forge.tell_no_dispatched_runs();
    let ran = stage.run_push(&merge, &[PUBLISH]).releases("runtime-v1.4.0");
    assert_one_run(&stage, &merge);
    assert!(ran.output("dispatched-run-url").contains("/actions/runs/"), "{}", ran.log);
    assert_eq!(stage.asked("workflows.dispatch"), 2);
}
