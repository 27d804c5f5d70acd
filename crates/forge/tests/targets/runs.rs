//! Finding runs and following them.

use std::time::Duration;

use forge::{Conclusion, RunList, RunProgress, RunSeen};
use jiff::{SignedDuration, Timestamp};
use local_forge::{Dialect, Role};

use crate::stage::{REPO, Stage, wait_for};

fn start(stage: &Stage, id: &str) {
    match stage.forge.dialect() {
        Dialect::GitHub => {
            let payload = serde_json::json!({ "cascade_id": id });
            let payload = payload.as_object().unwrap();
            let sent = stage.handles().1;
            let sent = wait_for(async { sent.repository_dispatch("runtime-published", payload).await });
            assert!(matches!(sent, Ok(forge::Answer::Done(()))));
        }
        Dialect::Gitea => stage.forge.dispatch(REPO, "rebuild.yml", &[("cascade_id", id)]),
    }
}

fn event(stage: &Stage) -> &'static str {
    match stage.forge.dialect() {
        Dialect::GitHub => "repository_dispatch",
        Dialect::Gitea => "workflow_dispatch",
    }
}

fn since(stage: &Stage, since: Timestamp) -> Vec<RunSeen> {
    wait_for(async { stage.handles().0.runs_since(since, event(stage)).await.unwrap().runs })
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

on_both! {
    fn the_runs_of_an_event_are_found_by_their_titles(stage: &Stage) {
        start(stage, "c1");
        start(stage, "c2");
        stage.forge.commit(REPO, "main", &[("x", "1")], "No run of this event");
        let found = since(stage, at("2026-01-01T00:00:00Z"));
        let titles: Vec<_> = found.iter().map(|run| run.title.as_str()).collect();
        assert_eq!(titles, ["Rebuild [c2]", "Rebuild [c1]"]);
        assert!(found[0].id > found[1].id);
        assert!(found.iter().all(|run| run.workflow == "rebuild.yml" && run.event == event(stage)));
        assert!(found[0].url.starts_with(&stage.forge.url()), "{}", found[0].url);
    }

    fn older_runs_are_left_out(stage: &Stage) {
        start(stage, "c1");
        let cutoff = since(stage, at("2026-01-01T00:00:00Z"))[0].created + SignedDuration::from_secs(1);
        start(stage, "c2");
        let titles: Vec<_> = since(stage, cutoff).into_iter().map(|run| run.title).collect();
        assert_eq!(titles, ["Rebuild [c2]"]);
        assert!(since(stage, at("2030-01-01T00:00:00Z")).is_empty());
    }

    fn a_run_is_followed_to_its_end(stage: &Stage) {
        stage.forge.end_runs(Duration::from_millis(300), local_forge::Conclusion::Failure);
        start(stage, "c1");
        let seen = since(stage, at("2026-01-01T00:00:00Z")).remove(0);
        assert_eq!(seen.progress, RunProgress::Running);
        std::thread::sleep(Duration::from_millis(350));
        let ended = wait_for(async { stage.handles().0.run(&seen).await.unwrap().unwrap() });
        assert_eq!(ended.progress, RunProgress::Concluded(Conclusion::Failure));
        assert_eq!(RunSeen { progress: seen.progress.clone(), ..ended }, seen);
    }

    fn a_run_that_went_well_is_told_as_far_as_the_forge_knows(stage: &Stage) {
        start(stage, "c1");
        let seen = since(stage, at("2026-01-01T00:00:00Z")).remove(0);
        let expected = match stage.forge.dialect() {
            Dialect::GitHub => RunProgress::Concluded(Conclusion::Success),
            Dialect::Gitea => RunProgress::WellSoFar(1),
        };
        assert_eq!(seen.progress, expected);
    }

    fn a_run_that_the_forge_does_not_show_yet_is_seen_later(stage: &Stage) {
        stage.forge.lag_run_lists(2);
        start(stage, "c1");
        let counts: Vec<_> = (0..3).map(|_| since(stage, at("2026-01-01T00:00:00Z")).len()).collect();
        assert_eq!(counts, [0, 0, 1]);
    }

    fn all_pages_are_read(stage: &Stage) {
        for number in 0..130 {
            match stage.forge.dialect() {
                Dialect::GitHub => stage.forge.send_event(REPO, "runtime-published", &serde_json::json!({ "cascade_id": number })),
                Dialect::Gitea => stage.forge.dispatch(REPO, "rebuild.yml", &[("cascade_id", &number.to_string())]),
            }
        }
        assert_eq!(since(stage, at("2026-01-01T00:00:00Z")).len(), 130);
    }

    fn a_run_that_is_gone_is_none(stage: &Stage) {
        start(stage, "c1");
        let seen = since(stage, at("2026-01-01T00:00:00Z")).remove(0);
        let gone = RunSeen { id: seen.id + 77, ..seen };
        assert!(wait_for(async { stage.handles().0.run(&gone).await.unwrap() }).is_none());
    }
}

/// The runs as an owner is told of them.
fn owners_list(stage: &Stage) -> RunList {
    let token = stage.forge.token(Role::Admin);
    let reader = stage.handles_of(&token).0;
    wait_for(async { reader.runs_since(at("2026-01-01T00:00:00Z"), event(stage)).await.unwrap() })
}

#[test]
fn the_owner_is_told_of_runs_that_wait_for_a_runner_and_how_each_has_ended() {
    let stage = Stage::new(Dialect::Gitea);
    start(&stage, "c1");
    stage.forge.end_runs(Duration::ZERO, local_forge::Conclusion::Failure);
    start(&stage, "c2");
    stage.forge.busy_runners(0);
    start(&stage, "c3");
    let list = owners_list(&stage);
    assert!(list.tells_waiting);
    let told: Vec<_> = list.runs.iter().map(|run| (run.title.as_str(), run.progress.clone())).collect();
    let ended = RunProgress::Concluded;
    assert_eq!(
        told,
        [
            ("Rebuild [c3]", RunProgress::Waiting),
            ("Rebuild [c2]", ended(Conclusion::Failure)),
            ("Rebuild [c1]", ended(Conclusion::Success)),
        ]
    );
    let others = wait_for(async {
        stage.handles().0.runs_since(at("2026-01-01T00:00:00Z"), event(&stage)).await.unwrap()
    });
    assert!(!others.tells_waiting);
    let ids = |list: &RunList| list.runs.iter().map(|run| (run.id, run.workflow.clone())).collect::<Vec<_>>();
    assert_eq!(ids(&others), ids(&list)[1..], "one run has one id in both lists");
}

/// How long ago the runs of a list were made, newest first, and how far each has come.
fn times(list: &RunList) -> Vec<(Timestamp, RunProgress)> {
    list.runs.iter().map(|run| (run.created, run.progress.clone())).collect()
}

#[test]
fn a_run_that_was_cancelled_before_a_runner_took_it_up_is_as_old_as_that() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.busy_runners(0);
    start(&stage, "c1");
    let before = http_client::Clock::now(&*stage.clock);
    stage.forge.set_time(at("2026-01-01T10:00:00Z"));
    stage.forge.cancel_runs(REPO);
    let cancelled = (at("2026-01-01T10:00:01Z"), RunProgress::Concluded(Conclusion::Cancelled));
    assert!(cancelled.0 < before, "it was not made just now");
    assert_eq!(times(&owners_list(&stage)), [cancelled]);
}

#[test]
fn a_run_that_still_waits_is_told_though_a_page_of_later_ones_begins_before_the_time_asked_for() {
    let stage = Stage::new(Dialect::Gitea);
    let waiting = |id: &str| {
        stage.forge.busy_runners(0);
        start(&stage, id);
    };
    let begun = |id: &str| {
        stage.forge.busy_runners(1);
        start(&stage, id);
    };
    stage.forge.set_time(at("2026-01-01T10:00:00Z"));
    waiting("c1");
    waiting("c2");
    begun("c3");
    stage.forge.set_time(at("2026-01-01T12:00:00Z"));
    // with the second and third a page
    for number in 4..=51 {
        begun(&format!("c{number}"));
    }
    let token = stage.forge.token(Role::Admin);
    let reader = stage.handles_of(&token).0;
    let since = at("2026-01-01T12:00:00Z");
    let list = wait_for(async { reader.runs_since(since, event(&stage)).await.unwrap() });
    let oldest: Vec<_> = list.runs.iter().rev().take(3).map(|run| run.title.as_str()).collect();
    assert_eq!(oldest, ["Rebuild [c1]", "Rebuild [c2]", "Rebuild [c4]"]);
}

#[test]
fn a_run_whose_jobs_wait_is_well_only_so_far() {
    let stage = Stage::new(Dialect::Gitea);
    stage.forge.commit(
        REPO,
        "main",
        &[(
            ".gitea/workflows/two.yml",
            "on: workflow_dispatch\njobs:\n  a:\n    runs-on: x\n  b:\n    runs-on: x\n",
        )],
        "ci: two",
    );
    stage.forge.busy_runners(1);
    stage.forge.dispatch(REPO, "two.yml", &[]);
    let progress = || since(&stage, at("2026-01-01T00:00:00Z")).remove(0).progress;
    assert_eq!(progress(), RunProgress::WellSoFar(1));
    assert_eq!(owners_list(&stage).runs[0].progress, RunProgress::Waiting);
    stage.forge.free_runners();
    assert_eq!(progress(), RunProgress::WellSoFar(2));
}

#[test]
fn a_list_that_does_not_reach_as_far_back_as_it_was_asked_says_so() {
    let stage = Stage::new(Dialect::Gitea);
    let since = at("2026-01-01T00:00:00Z");
    let list = || wait_for(async { stage.handles().0.runs_since(since, event(&stage)).await.unwrap() });
    for number in 0..1001 {
        stage.forge.dispatch(REPO, "rebuild.yml", &[("cascade_id", &number.to_string())]);
    }
    let told = list();
    assert_eq!((told.runs.len(), told.reaches_back_to), (1000, told.runs[999].created));
    let whole = wait_for(async {
        stage.handles().0.runs_since(told.runs[500].created, event(&stage)).await.unwrap()
    });
    assert_eq!((whole.runs.len(), whole.reaches_back_to), (501, told.runs[500].created));
}

#[test]
fn every_conclusion_of_githubs_is_told_by_its_name() {
    use local_forge::Conclusion as Ended;
    let stage = Stage::new(Dialect::GitHub);
    let cases = [
        (Ended::Success, Conclusion::Success),
        (Ended::Failure, Conclusion::Failure),
        (Ended::Cancelled, Conclusion::Cancelled),
        (Ended::Neutral, Conclusion::Neutral),
        (Ended::Skipped, Conclusion::Skipped),
        (Ended::TimedOut, Conclusion::TimedOut),
        (Ended::StartupFailure, Conclusion::StartupFailure),
        (Ended::ActionRequired, Conclusion::ActionRequired),
        (Ended::Stale, Conclusion::Stale),
    ];
    for (ended, expected) in cases {
        stage.forge.end_runs_of(REPO, Duration::ZERO, ended);
        start(&stage, ended.name());
        let newest = since(&stage, at("2026-01-01T00:00:00Z")).remove(0);
        assert_eq!(newest.progress, RunProgress::Concluded(expected.clone()));
        assert_eq!(expected.as_str(), ended.name());
    }
}

#[test]
fn workflows_that_are_switched_off_take_an_event_and_start_nothing() {
    let stage = Stage::new(Dialect::GitHub);
    stage.forge.set_actions(REPO, false);
    start(&stage, "c1");
    assert!(since(&stage, at("2026-01-01T00:00:00Z")).is_empty());
}
