//! Workflows started on a branch of another repository.

use forge::{Answer, Reason, Refused, StartedRun};
use local_forge::{Access, Dialect, Fault, Permission, Permissions, Role, secondary_limit};

use crate::stage::{REPO, Stage, wait_for};

fn start_at(stage: &Stage, token: &str, workflow: &str, at: &str) -> Answer<Option<StartedRun>> {
    let inputs = [("cascade_id".to_owned(), "c1".to_owned())];
    let (_, writer) = stage.handles_of(token);
    wait_for(async { writer.workflow_dispatch(workflow, at, &inputs).await.unwrap() })
}

fn start(stage: &Stage) -> Answer<Option<StartedRun>> {
    start_at(stage, &stage.token, "rebuild.yml", "refs/heads/main")
}

fn refused(answer: Answer<Option<StartedRun>>) -> Refused {
    match answer {
        Answer::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

on_both! {
    fn a_workflow_starts_once_with_its_inputs(stage: &Stage) {
        let Answer::Done(started) = start(stage) else { panic!() };
        let runs = stage.forge.runs(REPO);
        assert_eq!((runs.len(), runs[0].title.as_str()), (1, "Rebuild [c1]"));
        assert_eq!((runs[0].git_ref.as_str(), stage.forge.exchanges().len()), ("refs/heads/main", 1));
        let told = started.map(|run| (run.id, run.url));
        let url = format!("{}/{REPO}/actions/runs/{}", stage.forge.url(), runs[0].id);
        let expected = (stage.forge.dialect() == Dialect::GitHub).then_some((runs[0].id, url));
        assert_eq!(told, expected, "this Gitea is too old to tell");
    }

    fn a_workflow_or_a_ref_that_is_not_there_is_told_with_what_to_do(stage: &Stage) {
        let answer = start_at(stage, &stage.token, "none.yml", "refs/heads/main");
        let Refused { reason, error } = refused(answer);
        assert_eq!((reason, error.status()), (Reason::NotThere, Some(404)));
        assert!(error.hint().unwrap().starts_with("the workflow file must be on the default branch"));
        let missing = refused(start_at(stage, &stage.token, "rebuild.yml", "refs/heads/none"));
        assert!(matches!(missing.reason, Reason::NotThere | Reason::Invalid), "{missing:?}");
        assert!(stage.forge.runs(REPO).is_empty());
    }

    fn who_may_not_start_it_is_told_so(stage: &Stage) {
        let (token, expected) = match stage.forge.dialect() {
            Dialect::GitHub => {
                let narrowed = Permissions::none().with(Permission::Contents, Access::Write);
                let permission = Reason::Permission(Some("actions=write".to_owned()));
                (stage.forge.narrowed_token(Role::Write, narrowed), permission)
            }
            Dialect::Gitea => (stage.forge.token(Role::Read), Reason::Permission(None)),
        };
        assert_eq!(refused(start_at(stage, &token, "rebuild.yml", "refs/heads/main")).reason, expected);
    }

    fn a_renamed_repository_starts_nothing_under_its_old_name(stage: &Stage) {
        stage.forge.rename(REPO, "template-uno");
        let Answer::Moved(moved) = start(stage) else { panic!() };
        assert_eq!(moved.as_str(), "acme/template-uno");
        assert!(stage.forge.runs("acme/template-uno").is_empty());
    }

    fn a_lost_answer_is_told_and_nothing_is_sent_again(stage: &Stage) {
        for (after, runs) in [(false, 0), (true, 1)] {
            for fault in [Fault::status("workflows.dispatch", 502), Fault::cut("workflows.dispatch")] {
                let stage = Stage::new(stage.forge.dialect());
                stage.forge.fail(if after { fault.after_the_effect() } else { fault });
                assert!(matches!(start(&stage), Answer::Ambiguous(_)));
                assert_eq!((stage.asked("workflows.dispatch"), stage.forge.runs(REPO).len()), (1, runs));
            }
        }
    }

    fn a_limit_is_told_at_once(stage: &Stage) {
        stage.forge.fail(secondary_limit("workflows.dispatch", 429, Some(30)));
        assert!(matches!(start(stage), Answer::Limited(_)));
        assert!(stage.clock.slept().is_empty());
    }
}

#[test]
fn inputs_that_a_workflow_does_not_declare_are_refused_on_github() {
    let stage = Stage::new(Dialect::GitHub);
    let inputs = [("other".to_owned(), "1".to_owned())];
    let (_, writer) = stage.handles();
    let answer = wait_for(async {
        writer.workflow_dispatch("rebuild.yml", "refs/heads/main", &inputs).await.unwrap()
    });
    let Refused { reason, error } = refused(answer);
    assert_eq!(reason, Reason::Invalid);
    assert!(error.hint().unwrap().contains("on: workflow_dispatch"), "{:?}", error.hint());
}

#[test]
fn an_older_server_that_tells_no_run_starts_one_all_the_same() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.tell_no_dispatched_runs();
    assert!(matches!(start(&stage), Answer::Done(None)));
    assert_eq!((stage.forge.runs(REPO).len(), stage.asked("workflows.dispatch")), (1, 2));
}

#[test]
fn a_newer_gitea_tells_the_runs_number() {
    let stage = Stage::new(Dialect::Gitea);
    let body = r#"{"workflow_run_id":5012,"run_url":"http://h/api/v1/repos/acme/template-one/actions/runs/5012","html_url":"http://h/acme/template-one/actions/runs/7"}"#;
    stage
        .forge
        .fail(Fault::status("workflows.dispatch", 200).header("content-type", "application/json").body(body));
    let Answer::Done(Some(run)) = start(&stage) else { panic!() };
    assert_eq!((run.id, run.url.as_str()), (7, "http://h/acme/template-one/actions/runs/7"));
}
