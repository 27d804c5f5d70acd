//! Finding runs and following them.

use std::time::Duration;

use forge::{Conclusion, RunProgress, RunSeen};
use jiff::{SignedDuration, Timestamp};
use local_forge::Dialect;

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
    wait_for(async { stage.handles().0.runs_since(since, event(stage)).await.unwrap() })
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
            Dialect::Gitea => RunProgress::WellSoFar,
        };
        assert_eq!(seen.progress, expected);
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
