use runner::event::{Push, Schedule, WorkflowDispatch};
use serde_json::json;

use super::*;
use crate::fixtures::{pull_event, sha};

const MAIN: &str = "refs/heads/main";

fn git_ref(text: &str) -> GitRef {
    let Ok(git_ref) = text.parse();
    git_ref
}

fn branch(name: &str) -> BranchName {
    name.parse().unwrap()
}

fn push(to: &str, after: Option<CommitSha>) -> Event {
    Event::Push(Push {
        git_ref: git_ref(to),
        before: Some(sha('0')),
        after,
        head_message: None,
        default_branch: Some(branch("main")),
    })
}

fn release(commit: Option<CommitSha>, on: Option<&str>) -> Occasion {
    Occasion::Release(Target { commit, branch: on.map(branch) })
}

/// The occasion of an event whose job runs for main, at commit `f`.
fn of(event: &Event, given: &Target) -> Result<Occasion, NoOccasion> {
    occasion(Some(event), Some(&sha('f')), Some(&git_ref(MAIN)), given)
}

fn nothing_given() -> Target {
    Target::default()
}

#[test]
fn a_push_to_a_branch_releases_what_was_pushed() {
    assert_eq!(of(&push(MAIN, Some(sha('a'))), &nothing_given()), Ok(release(Some(sha('a')), Some("main"))));
    let stable = push("refs/heads/stable/1.x", Some(sha('a')));
    assert_eq!(of(&stable, &nothing_given()), Ok(release(Some(sha('a')), Some("stable/1.x"))));
}

#[test]
fn a_given_commit_goes_before_every_event() {
    let given = Target { commit: Some(sha('c')), branch: Some(branch("main")) };
    for event in [push("refs/tags/v1", Some(sha('a'))), push(MAIN, None)] {
        assert_eq!(of(&event, &given), Ok(release(Some(sha('c')), Some("main"))));
    }
}

#[test]
fn a_given_commit_must_be_on_the_events_branch_unless_one_is_given_too() {
    let given = Target { commit: Some(sha('c')), branch: None };
    let stable = push("refs/heads/stable/1.x", Some(sha('a')));
    assert_eq!(of(&stable, &given), Ok(release(Some(sha('c')), Some("stable/1.x"))));
    let pull = Event::PullRequest(Box::new(pull_event(7, PullRequestAction::Closed, &[])));
    assert_eq!(of(&pull, &given), Ok(release(Some(sha('c')), Some("main"))));
    assert_eq!(of(&push("refs/tags/v1", Some(sha('a'))), &given), Ok(release(Some(sha('c')), None)));
    assert_eq!(of(&push("refs/heads/gone", None), &given), Ok(release(Some(sha('c')), Some("main"))));
    assert_eq!(occasion(None, None, None, &given), Ok(release(Some(sha('c')), None)));
}

#[test]
fn a_given_branch_goes_before_the_events_own() {
    let given = Target { commit: None, branch: Some(branch("next")) };
    assert_eq!(of(&push(MAIN, Some(sha('a'))), &given), Ok(release(Some(sha('a')), Some("next"))));
    let scheduled = Event::Schedule(Schedule { cron: None, default_branch: Some(branch("main")) });
    assert_eq!(
        of(&scheduled, &given),
        Ok(release(None, Some("next"))),
        "the job's commit is not of that branch"
    );
}

#[test]
fn a_deleted_branch_releases_nothing() {
    let occasion = of(&push(MAIN, None), &nothing_given()).unwrap();
    assert!(matches!(occasion, Occasion::Nothing("branch-deleted", _)));
}

#[test]
fn a_tag_is_no_branch() {
    let error = of(&push("refs/tags/runtime-v1.0.0", Some(sha('a'))), &nothing_given()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event `push` was raised on tag `runtime-v1.0.0`, and releases are made of branches"
    );
    assert_eq!(error.exit(), Exit::BadInput);
}

#[test]
fn runs_by_hand_and_by_the_clock_release_the_jobs_own_commit() {
    let by_hand: WorkflowDispatch = serde_json::from_value(json!({ "ref": MAIN, "inputs": {} })).unwrap();
    let by_clock = Event::Schedule(Schedule { cron: Some("0 4 * * *".into()), default_branch: None });
    let other = Event::Other { name: "workflow_run".into(), payload: json!({}) };
    for event in [Event::WorkflowDispatch(by_hand), by_clock, other] {
        assert_eq!(of(&event, &nothing_given()), Ok(release(Some(sha('f')), Some("main"))));
    }
}

#[test]
fn a_run_by_hand_at_a_tag_is_no_occasion() {
    let by_hand: WorkflowDispatch =
        serde_json::from_value(json!({ "ref": "refs/tags/v1", "inputs": {} })).unwrap();
    let at_tag = git_ref("refs/tags/v1");
    let occasion =
        occasion(Some(&Event::WorkflowDispatch(by_hand)), Some(&sha('f')), Some(&at_tag), &nothing_given());
    assert!(matches!(occasion, Err(NoOccasion::NoBranch { .. })));
}

#[test]
fn a_merge_group_is_let_pass() {
    let queued = Event::Other { name: "merge_group".into(), payload: json!({}) };
    assert!(matches!(of(&queued, &nothing_given()), Ok(Occasion::Nothing("merge-group", _))));
}

#[test]
fn an_open_pull_request_is_foretold() {
    let event = pull_event(7, PullRequestAction::Synchronized, &[]);
    let occasion = of(&Event::PullRequest(Box::new(event.clone())), &nothing_given());
    assert_eq!(occasion, Ok(Occasion::Preview(Box::new(event))));
}

#[test]
fn a_pull_request_to_another_branch_than_the_released_one_is_set_aside() {
    let mut event = pull_event(7, PullRequestAction::Opened, &[]);
    event.base.branch = "staging".into();
    event.default_branch = Some(branch("main"));
    let opened = Event::PullRequest(Box::new(event));
    let Ok(Occasion::Aside(_, why)) = of(&opened, &nothing_given()) else { panic!("it is foretold") };
    assert_eq!(why, "merging #7 into `staging` releases nothing by itself: releases are made of `main`");
    let given = Target { commit: None, branch: Some(branch("staging")) };
    assert!(matches!(of(&opened, &given), Ok(Occasion::Preview(_))));
}

#[test]
fn a_merged_pull_request_is_released_as_its_merge() {
    let mut event = pull_event(7, PullRequestAction::Closed, &[]);
    let told = |event: &PullRequestEvent| of(&Event::PullRequest(Box::new(event.clone())), &nothing_given());
    assert!(matches!(told(&event), Ok(Occasion::Nothing("not-merged", _))));
    event.merged = true;
    assert_eq!(told(&event), Err(NoOccasion::NoMergeCommit(7)));
    event.merge_commit_sha = Some(sha('d'));
    assert_eq!(told(&event), Ok(release(Some(sha('d')), Some("main"))));
    event.base.branch = "a..b".into();
    assert!(matches!(told(&event), Err(NoOccasion::Branch(_))));
}

#[test]
fn without_an_event_it_is_the_branchs_newest_commit() {
    let given = Target { commit: None, branch: Some(branch("main")) };
    assert_eq!(occasion(None, None, None, &given), Ok(release(None, Some("main"))));
    assert_eq!(occasion(None, None, None, &nothing_given()), Ok(release(None, None)));
}

#[test]
fn a_merge_into_another_branch_than_the_released_one_is_left_alone() {
    let mut event = pull_event(7, PullRequestAction::Closed, &[]);
    event.merged = true;
    event.merge_commit_sha = Some(sha('a'));
    event.base.branch = "staging".into();
    event.default_branch = Some("main".parse().unwrap());
    let closed = Event::PullRequest(Box::new(event));
    assert!(matches!(of(&closed, &nothing_given()), Ok(Occasion::Nothing("other-branch", _))));
    let given = Target { branch: Some("staging".parse().unwrap()), ..nothing_given() };
    assert!(matches!(of(&closed, &given), Ok(Occasion::Release(_))));
}
