//! Events sent to a repository, and everything that a forge may answer.

use std::time::Duration;

use forge::{Answer, Error, EventPayload, Reason, Refused};
use local_forge::{
    Access, Dialect, Fault, NewRepo, Permission, Permissions, Role, primary_limit, secondary_limit,
};
use serde_json::json;

use crate::stage::{REPO, Stage, name, wait_for};

const EVENT: &str = "runtime-published";

fn payload() -> EventPayload {
    let payload = json!({ "runtime_version": "1.4.0", "cascade_id": "c1" });
    payload.as_object().unwrap().clone()
}

fn send(stage: &Stage) -> Answer<()> {
    wait_for(async { stage.handles().1.repository_dispatch(EVENT, &payload()).await.unwrap() })
}

fn refused(answer: Answer<()>) -> Refused {
    match answer {
        Answer::Refused(refused) => refused,
        other => panic!("{other:?}"),
    }
}

fn github() -> Stage {
    Stage::new(Dialect::GitHub)
}

#[test]
fn an_event_starts_what_waits_for_it_and_carries_its_payload() {
    let stage = github();
    assert!(matches!(send(&stage), Answer::Done(())));
    let runs = stage.forge.runs(REPO);
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].title.as_str(), runs[0].event.as_str()), ("Rebuild [c1]", "repository_dispatch"));
    assert_eq!(runs[0].inputs, json!(payload()));
    assert_eq!(stage.forge.exchanges().len(), 1, "one request, and no more");
}

#[test]
fn a_permission_that_is_missing_is_named() {
    let stage = github();
    let narrowed = Permissions::none().with(Permission::Actions, Access::Write);
    let token = stage.forge.narrowed_token(Role::Write, narrowed);
    let (_, writer) = stage.handles_of(&token);
    let Refused { reason, error } =
        refused(wait_for(async { writer.repository_dispatch(EVENT, &payload()).await.unwrap() }));
    assert_eq!(reason, Reason::Permission(Some("contents=write".to_owned())));
    assert_eq!(error.to_string(), format!("could not send event `{EVENT}` to `{REPO}`"));
    assert_eq!(
        error.hint().unwrap(),
        "the token needs `contents=write`: give the token, or the app, `contents: write` on the repository"
    );
}

#[test]
fn a_404_of_a_repository_that_is_there_is_a_missing_permission() {
    let stage = github();
    let token = stage.forge.token(Role::Read);
    let (_, writer) = stage.handles_of(&token);
    let answer = wait_for(async { writer.repository_dispatch(EVENT, &payload()).await.unwrap() });
    let Refused { reason, error } = refused(answer);
    assert_eq!((reason, error.status()), (Reason::Permission(None), Some(404)));
    assert!(error.hint().unwrap().contains("the repository is there"), "{:?}", error.hint());
}

#[test]
fn a_404_of_a_repository_that_is_not_to_be_seen_is_told_as_that() {
    let stage = github();
    stage.forge.new_repo("acme/secret", &NewRepo { private: true, writers: Vec::new() });
    for repo in ["acme/secret", "acme/nowhere"] {
        let (_, writer) = stage.open().repository(name(repo));
        let answer = wait_for(async { writer.repository_dispatch(EVENT, &payload()).await.unwrap() });
        let Refused { reason, error } = refused(answer);
        assert_eq!(reason, Reason::HiddenOrMissing);
        assert!(error.hint().unwrap().contains(repo), "{:?}", error.hint());
    }
}

#[test]
fn an_archived_repository_is_told_as_that() {
    let stage = github();
    stage.forge.set_archived(REPO, true);
    let Refused { reason, error } = refused(send(&stage));
    assert_eq!(reason, Reason::Archived);
    assert!(error.hint().unwrap().starts_with("unarchive the repository"));
}

#[test]
fn a_payload_over_the_limits_is_refused_as_invalid() {
    let stage = github();
    let large: EventPayload = (0..11).map(|key| (key.to_string(), json!(key))).collect();
    let answer = wait_for(async { stage.handles().1.repository_dispatch(EVENT, &large).await.unwrap() });
    assert_eq!(refused(answer).reason, Reason::Invalid);
    // what was asked here is wrong on purpose
    stage.forge.forget_exchanges();
}

#[test]
fn a_renamed_repository_is_told_by_its_new_name_and_gets_nothing_under_the_old_one() {
    let stage = github();
    stage.forge.rename(REPO, "template-uno");
    let Answer::Moved(moved) = send(&stage) else { panic!() };
    assert_eq!(moved.as_str(), "acme/template-uno");
    assert!(stage.forge.runs("acme/template-uno").is_empty());
}

#[test]
fn a_limit_is_told_at_once_with_how_long_it_lasts() {
    let stage = github();
    stage.forge.fail(secondary_limit("repos.dispatch", 403, Some(60)));
    stage.forge.fail(primary_limit(
        "repos.dispatch",
        "2026-01-02T03:34:05Z".parse::<jiff::Timestamp>().unwrap().as_second(),
    ));
    for seconds in [60, 1800] {
        let Answer::Limited(limited) = send(&stage) else { panic!() };
        let lasts = Duration::from_secs(seconds);
        assert!((lasts..=lasts + Duration::from_secs(1)).contains(&limited.lasts), "{:?}", limited.lasts);
        assert!(!limited.error.is_ambiguous());
    }
    assert_eq!(stage.asked("repos.dispatch"), 2);
    assert!(stage.clock.slept().is_empty(), "nobody waited");
}

#[test]
fn the_eighty_first_event_of_a_minute_meets_githubs_limit_and_starts_nothing() {
    let stage = github();
    stage.forge.enforce_limits(1);
    let handles = stage.handles();
    let answers = wait_for(async {
        let mut answers = Vec::new();
        for _ in 0..81 {
            answers.push(handles.1.repository_dispatch(EVENT, &payload()).await.unwrap());
        }
        answers
    });
    let Some(Answer::Limited(limited)) = answers.last() else { panic!("{:?}", answers.last()) };
    assert!((30..=61).contains(&limited.lasts.as_secs()), "{:?}", limited.lasts);
    assert_eq!(stage.forge.runs(REPO).len(), 80);
    assert_eq!(stage.forge.limits_met(), [local_forge::Limit::ContentAMinute]);
}

#[test]
fn an_answer_that_is_lost_leaves_it_open_and_nothing_is_sent_again() {
    let faults: [fn() -> Fault; 3] = [
        || Fault::status("repos.dispatch", 502),
        || Fault::cut("repos.dispatch"),
        || Fault::status("repos.dispatch", 500).header("content-type", "text/html").body("<h1>oops</h1>"),
    ];
    for fault in faults {
        for (fault, runs) in [(fault(), 0), (fault().after_the_effect(), 1)] {
            let stage = github();
            stage.forge.fail(fault);
            let Answer::Ambiguous(error) = send(&stage) else { panic!() };
            assert!(error.is_ambiguous());
            assert_eq!((stage.asked("repos.dispatch"), stage.forge.runs(REPO).len()), (1, runs));
        }
    }
}

#[test]
fn a_token_that_is_no_good_is_an_error_and_no_answer() {
    let stage = github();
    stage.forge.expire_token(&stage.token);
    let sent = wait_for(async { stage.handles().1.repository_dispatch(EVENT, &payload()).await });
    assert_eq!(sent.unwrap_err().status(), Some(401));
}

#[test]
fn a_forge_that_is_not_there_is_an_error_and_no_answer() {
    let stage = github();
    let handles = stage.handles();
    drop(stage);
    let sent = wait_for(async { handles.1.repository_dispatch(EVENT, &payload()).await });
    let error: Error = sent.unwrap_err();
    assert!(!error.is_ambiguous() && error.status().is_none());
}

#[test]
fn gitea_has_no_such_events_and_says_what_it_has() {
    let stage = Stage::new(Dialect::Gitea);
    let sent = wait_for(async { stage.handles().1.repository_dispatch(EVENT, &payload()).await });
    let error = sent.unwrap_err();
    assert!(error.to_string().ends_with("Gitea has no repository_dispatch"), "{error}");
    assert!(error.hint().unwrap().contains("pull request"));
    assert!(stage.forge.exchanges().is_empty());
}
