//! Verdicts by labels, and the steps that are left.

use std::time::Duration;

use domain::{Bump, FloatingTag, TagVersion};
use forge::{ChangedPaths, DispatchOutcome, Relation, Run};

use super::*;
use crate::facts::Existing;
use crate::fixtures::{
    NOW, brought, commit, facts, history, published, pull, related, settings, sha, tags, unreleased,
};
use crate::message::Trailers;
use crate::paths::PathFilter;
use crate::published::Published;
use crate::settings::{Dispatch, OnNoPullRequest};

pub(super) fn course(facts: &Facts, settings: &Settings) -> Course {
    match plan(facts, settings).unwrap() {
        Plan::Go(course) => *course,
        Plan::Wait(pause, _) => panic!("waits {pause:?}"),
    }
}

pub(super) fn release_of(facts: &Facts, settings: &Settings) -> Release {
    match course(facts, settings).verdict {
        Verdict::Release(release) => release,
        Verdict::Skip(skip) => panic!("skips: {}", skip.why),
    }
}

pub(super) fn skip_of(facts: &Facts, settings: &Settings) -> SkipReason {
    match course(facts, settings).verdict {
        Verdict::Release(release) => panic!("releases {}", release.tag),
        Verdict::Skip(skip) => skip.reason,
    }
}

pub(super) fn one_pull(labels: &[&str]) -> Facts {
    facts(vec![brought(commit('a', "0", "feat (#7)"), &[pull(7, 'a', labels)])])
}

fn tag_of(facts: &Facts) -> String {
    release_of(facts, &settings()).tag.to_string()
}

#[test]
fn each_label_moves_its_part_of_the_version() {
    assert_eq!(tag_of(&one_pull(&["release:major"])), "runtime-v2.0.0");
    assert_eq!(tag_of(&one_pull(&["release:minor"])), "runtime-v1.4.0");
    assert_eq!(tag_of(&one_pull(&["release:patch"])), "runtime-v1.3.10");
    assert_eq!(tag_of(&one_pull(&["documentation"])), "runtime-v1.3.10");
    assert_eq!(tag_of(&one_pull(&["Release:Minor"])), "runtime-v1.4.0");
}

#[test]
fn the_highest_label_of_all_pull_requests_wins_and_each_gives_its_reason() {
    let facts = facts(vec![
        brought(commit('a', "b", "docs (#9)"), &[pull(9, 'a', &[])]),
        brought(commit('b', "c", "feat (#8)"), &[pull(8, 'b', &["release:minor"])]),
        brought(commit('c', "0", "chore (#7)"), &[pull(7, 'c', &["release:skip"])]),
    ]);
    let release = release_of(&facts, &settings());
    assert_eq!(release.tag.to_string(), "runtime-v1.4.0");
    let reasons: Vec<_> = release
        .contributions
        .iter()
        .map(|one| (one.pull.unwrap(), one.bump, one.because.to_string()))
        .collect();
    assert_eq!(
        reasons,
        [
            (7, None, "from `release:skip`".to_owned()),
            (8, Some(Bump::Minor), "from `release:minor`".to_owned()),
            (9, Some(Bump::Patch), "no release label".to_owned()),
        ]
    );
}

#[test]
fn what_raised_a_version_is_told_before_and_after_the_tag_is_made() {
    let mut facts = Facts { published: Some(published(&["1.4.0"])), ..one_pull(&["release:minor"]) };
    let release = release_of(&facts, &settings());
    assert_eq!(release.tag.to_string(), "runtime-v1.5.0");
    assert_eq!(release.bump, Some(Bump::Minor));
    assert_eq!(release.raised.as_ref().unwrap().by.to_string(), "1.4.0");
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.5.0", 'a')]);
    facts.done.created = Some(TagVersion::new(1, 5, 0));
    facts.done.raised = release.raised.clone();
    assert_eq!(release_of(&facts, &settings()).raised, release.raised);
}

#[test]
fn an_index_that_does_not_know_the_project_is_told_where_something_is_released() {
    let unknown = Some(Published { versions: None, ..published(&[]) });
    let warned = |labels| {
        let facts = Facts { published: unknown.clone(), ..one_pull(labels) };
        course(&facts, &settings()).warnings.iter().any(|warning| warning.contains("has no project"))
    };
    assert!(warned(&["release:minor"]));
    assert!(!warned(&["release:skip"]));
}

#[test]
fn a_contradiction_is_told_and_the_bump_wins_over_the_skip() {
    let facts = one_pull(&["release:skip", "release:major"]);
    assert_eq!(tag_of(&facts), "runtime-v2.0.0");
    let warnings = course(&facts, &settings()).warnings;
    assert!(warnings[0].contains("`release:major` and `release:skip`"), "{warnings:?}");
}

#[test]
fn the_first_release_is_the_initial_version_whatever_the_label() {
    let first = unreleased(brought(commit('a', "0", "feat (#7)"), &[pull(7, 'a', &["release:major"])]));
    let release = release_of(&first, &settings());
    assert_eq!(
        (release.tag.to_string().as_str(), release.bump, release.previous),
        ("runtime-v0.1.0", None, None)
    );
}

#[test]
fn a_skip_label_on_the_only_pull_request_makes_no_release() {
    assert_eq!(skip_of(&one_pull(&["release:skip"]), &settings()), SkipReason::SkipLabel);
}

#[test]
fn a_skip_marker_counts_in_the_newest_message_only_and_in_any_case() {
    let mut marked = facts(vec![commit('a', "b", "x\n\n[Skip-Release]"), commit('b', "0", "y")]);
    assert_eq!(skip_of(&marked, &settings()), SkipReason::SkipMarker);
    history(&mut marked).commits[0].message = "x".into();
    history(&mut marked).commits[1].message = "y [no-release]".into();
    assert_eq!(tag_of(&marked), "runtime-v1.3.10");
}

#[test]
fn direct_pushes_follow_on_no_pr() {
    let facts = facts(vec![commit('a', "0", "hotfix")]);
    assert_eq!(tag_of(&facts), "runtime-v1.3.10");
    let skip = Settings { on_no_pr: OnNoPullRequest::Skip, ..settings() };
    assert_eq!(skip_of(&facts, &skip), SkipReason::NoPullRequest);
    let fail = Settings { on_no_pr: OnNoPullRequest::Fail, ..settings() };
    assert_eq!(plan(&facts, &fail), Err(PlanError::DirectPushes(vec!["aaaaaaa hotfix".into()])));
}

#[test]
fn a_fresh_commit_without_a_pull_request_is_given_time() {
    let mut facts = facts(vec![commit('a', "0", "feat")]);
    history(&mut facts).commits[0].committed_at = jiff::Timestamp::from_second(NOW - 5).unwrap();
    let mut pauses = Vec::new();
    while let Plan::Wait(pause, _) = plan(&facts, &settings()).unwrap() {
        facts.waited += pause;
        pauses.push(pause.as_secs());
        assert!(pauses.len() < 20, "waits for ever");
    }
    assert_eq!(pauses, [1, 1, 2, 4, 8, 4], "doubling, and twenty seconds in all");
    assert_eq!(tag_of(&facts), "runtime-v1.3.10");

    facts.waited = Duration::ZERO;
    facts.lookup_lag = Duration::ZERO;
    assert_eq!(tag_of(&facts), "runtime-v1.3.10", "a forge that does not lag is not waited for");
}

#[test]
fn a_merge_whose_pull_request_is_told_as_open_is_waited_for_on_any_forge() {
    let mut facts = facts(vec![commit('a', "0", "feat (#7)")]);
    facts.lookup_lag = Duration::ZERO;
    let open = forge::PullRequest { state: forge::PullState::Open, ..pull(7, 'a', &["release:major"]) };
    facts.answers.pulls.insert(7, Some(open));
    assert_eq!(plan(&facts, &settings()), Ok(Plan::Wait(Duration::from_secs(1), Awaited::Lookup)));
}

#[test]
fn a_commit_that_a_newer_release_contains_is_superseded() {
    let mut facts = one_pull(&[]);
    *history(&mut facts) = related(Relation::Behind, vec![]);
    assert_eq!(skip_of(&facts, &settings()), SkipReason::Superseded);
}

#[test]
fn a_release_beside_the_branch_stops_the_run() {
    let mut facts = one_pull(&[]);
    history(&mut facts).relation = Relation::Diverged;
    assert!(matches!(plan(&facts, &settings()), Err(PlanError::Diverged { .. })));
}

#[test]
fn a_commit_that_is_not_on_the_branch_is_refused() {
    let facts = Facts { on_branch: false, ..one_pull(&[]) };
    assert!(matches!(plan(&facts, &settings()), Err(PlanError::NotOnBranch { .. })));
}

#[test]
fn a_release_that_is_there_gives_the_same_answer_and_leaves_nothing_to_do() {
    let mut facts = one_pull(&[]);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0", 'a')]);
    facts.histories.clear();
    let trailers = Trailers { pulls: vec![7], bump: Some(Bump::Minor), run: None };
    facts.existing = Some(Existing { trailers, ..Existing::default() });
    let Course { verdict, steps, .. } = course(&facts, &settings());
    let Verdict::Release(release) = verdict else { panic!("skips") };
    assert_eq!(release.tag.to_string(), "runtime-v1.4.0");
    assert_eq!(release.previous.unwrap().to_string(), "runtime-v1.3.9");
    assert_eq!((release.bump, release.pulls, release.existed), (Some(Bump::Minor), vec![7], true));
    assert_eq!(steps, []);
}

#[test]
fn a_floor_raises_the_version_and_never_lowers_it() {
    let mut facts = one_pull(&["release:minor"]);
    facts.committed_version = Some(TagVersion::new(1, 9, 0));
    assert_eq!(tag_of(&facts), "runtime-v1.9.0");
    facts.committed_version = Some(TagVersion::new(1, 3, 0));
    assert_eq!(tag_of(&facts), "runtime-v1.4.0");
    facts.committed_version = Some("2.0.0-dev.0".parse().unwrap());
    assert_eq!(tag_of(&facts), "runtime-v2.0.0");
}

#[test]
fn paths_hold_a_release_back_only_when_all_changes_are_known() {
    let filter = PathFilter::new(vec!["workspace/**".into()]).unwrap();
    let settings = Settings { paths: filter, ..settings() };
    let mut facts = one_pull(&[]);
    let mut changed = |changed| {
        history(&mut facts).changed = changed;
        course(&facts, &settings)
    };
    let none = changed(ChangedPaths::Known(vec!["docs/a.md".into()]));
    assert!(matches!(none.verdict, Verdict::Skip(Skip { reason: SkipReason::Paths, .. })));
    let one = changed(ChangedPaths::Known(vec!["docs/a.md".into(), "workspace/a.py".into()]));
    assert!(matches!(one.verdict, Verdict::Release(_)));
    let unknown = changed(ChangedPaths::Unknown("the forge lists at most 300 files"));
    assert!(matches!(unknown.verdict, Verdict::Release(_)));
    assert!(unknown.warnings[0].contains("at most 300 files"), "{:?}", unknown.warnings);
}

#[test]
fn the_steps_follow_each_other_and_each_is_done_once() {
    let settings = Settings {
        floating: FloatingTag::Major,
        dispatch: Some(Dispatch { workflow: "publish.yml".into(), inputs: vec![] }),
        ..settings()
    };
    let mut facts = one_pull(&["release:minor"]);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1", '0')]);
    let kinds = |facts: &Facts| -> Vec<&str> {
        let kind = |step: &Step| match step {
            Step::CreateTag { .. } => "create",
            Step::MoveTag { .. } => "move",
            Step::Dispatch { .. } => "dispatch",
        };
        course(facts, &settings).steps.iter().map(kind).collect()
    };
    assert_eq!(kinds(&facts), ["create", "move", "dispatch"]);

    facts.tags.add(forge::Tag { name: "runtime-v1.4.0".into(), object: sha('e'), commit: sha('a') });
    facts.done.created = Some(TagVersion::new(1, 4, 0));
    assert_eq!(kinds(&facts), ["move", "dispatch"]);
    let release = release_of(&facts, &settings);
    assert_eq!((release.existed, release.pulls), (false, vec![7]));

    facts.tags.add(forge::Tag { name: "runtime-v1".into(), object: sha('a'), commit: sha('a') });
    assert_eq!(kinds(&facts), ["dispatch"]);

    facts.done.dispatched = Some(DispatchOutcome::Accepted);
    assert_eq!(kinds(&facts), [] as [&str; 0]);
}

#[test]
fn a_run_that_works_on_the_tag_already_is_not_started_again() {
    let dispatch = Some(Dispatch { workflow: "publish.yml".into(), inputs: vec![] });
    let settings = Settings { dispatch, ..settings() };
    let mut facts = one_pull(&[]);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0", 'a')]);
    assert!(
        matches!(course(&facts, &settings).steps[..], [Step::Dispatch { .. }]),
        "a run that died before its dispatch"
    );
    facts.existing = Some(Existing {
        run: Some(Run { url: None, event: "workflow_dispatch".into() }),
        ..Existing::default()
    });
    assert_eq!(course(&facts, &settings).steps, []);
}

#[test]
fn labels_that_a_squash_hides_are_told() {
    let squash =
        brought(commit('a', "0", "Promote (#9)\n\n* feat (#7)"), &[pull(9, 'a', &["release:minor"])]);
    let warnings = course(&facts(vec![squash]), &settings()).warnings;
    assert!(warnings[0].contains("aaaaaaa melted #7"), "{warnings:?}");
}

#[test]
fn the_maker_of_a_fresh_tag_is_given_time_to_start_the_workflow_itself() {
    let dispatch = Some(Dispatch { workflow: "publish.yml".into(), inputs: vec![] });
    let settings = Settings { dispatch, ..settings() };
    let mut facts = one_pull(&[]);
    facts.tags = tags(&[("runtime-v1.3.9", '0'), ("runtime-v1.4.0", 'a')]);
    let tagged = |seconds: i64, run: &str| Existing {
        tagged_at: Some(jiff::Timestamp::from_second(NOW - seconds).unwrap()),
        trailers: Trailers { run: Some(run.into()), ..Trailers::default() },
        run: None,
    };
    facts.existing = Some(tagged(1, "https://forge.example/acme/app/actions/runs/8"));
    assert!(
        matches!(plan(&facts, &settings), Ok(Plan::Wait(_, Awaited::Dispatch))),
        "another run may be about to do it"
    );
    facts.existing = Some(tagged(60, "https://forge.example/acme/app/actions/runs/8"));
    assert!(matches!(course(&facts, &settings).steps[..], [Step::Dispatch { .. }]), "it died long ago");
    facts.existing = Some(tagged(1, "https://forge.example/acme/app/actions/runs/9"));
    assert!(
        matches!(course(&facts, &settings).steps[..], [Step::Dispatch { .. }]),
        "the maker is this very run"
    );
}

#[test]
fn a_fresh_commit_is_given_no_more_time_than_the_forges_lookup_ever_takes() {
    let mut facts = facts(vec![commit('a', "0", "no name")]);
    history(&mut facts).commits[0].committed_at = facts.now;
    facts.lookup_lag = Duration::from_secs(3);
    assert_eq!(plan(&facts, &settings()), Ok(Plan::Wait(Duration::from_secs(1), Awaited::Lookup)));
    facts.waited = Duration::from_secs(2);
    assert_eq!(plan(&facts, &settings()), Ok(Plan::Wait(Duration::from_secs(1), Awaited::Lookup)));
    facts.waited = Duration::from_secs(3);
    assert_eq!(tag_of(&facts), "runtime-v1.3.10");
}

#[test]
fn a_picked_change_asks_at_least_for_what_its_pull_request_asked() {
    let picked = |labels: &[&str], base: &str, subject: &str| {
        let mut facts = facts(vec![commit('a', "0", subject)]);
        let elsewhere = forge::PullRequest { base: base.into(), ..pull(7, 'f', labels) };
        facts.answers.pulls.insert(7, Some(elsewhere));
        let release = release_of(&facts, &settings());
        (release.tag.to_string(), release.contributions[0].because.to_string())
    };
    let minor = &["release:minor"][..];
    assert_eq!(
        picked(minor, "next", "feat (#7)"),
        ("runtime-v1.4.0".into(), "picked from #7: `release:minor`".into())
    );
    for (labels, base, subject) in [
        (&["release:skip"][..], "next", "feat (#7)"),
        (&[], "next", "feat (#7)"),
        (minor, "next", "Revert \"feat (#7)\""),
        (minor, "main", "Follow up (#7)"),
    ] {
        let patch = ("runtime-v1.3.10".to_owned(), "no pull request".to_owned());
        assert_eq!(picked(labels, base, subject), patch, "{labels:?} {base} {subject}");
    }
}
