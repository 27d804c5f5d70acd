//! The list of tasks: one for each job that a runner has taken up, told to every reader, newest first. The list of runs
//! is told to the owner alone.

use std::collections::BTreeMap;

use http_client::Request;
use jiff::Timestamp;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::runs::{Conclusion, RunList, RunProgress, RunSeen};

/// How many pages are read at most, of 50 tasks each where the instance gives so many.
const MOST_PAGES: usize = 20;

#[derive(Deserialize)]
struct WireTasks {
    workflow_runs: Option<Vec<WireTask>>,
    total_count: usize,
}

#[derive(Deserialize)]
struct WireTask {
    name: String,
    display_title: String,
    workflow_id: String,
    event: String,
    run_number: u64,
    status: String,
    url: String,
    created_at: Timestamp,
}

/// The runs of one event with a task that was made at `since` or later, newest first.
pub(super) async fn since(connection: &Connection, since: Timestamp, event: &str) -> Result<RunList, Error> {
    let task = connection.task("actions: read", format!("list the tasks of `{}`", connection.repo));
    let mut tasks: Vec<WireTask> = Vec::new();
    let mut seen = 0;
    let mut reaches_back_to = since;
    for number in 1..=MOST_PAGES {
        let mut url = connection.repo_url(["actions", "tasks"]);
        url.query_pairs_mut().append_pair("page", &number.to_string()).append_pair("limit", "50");
        let told: WireTasks =
            connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
        let page = told.workflow_runs.unwrap_or_default();
        seen += page.len();
        let oldest = page.last().map(|oldest| oldest.created_at);
        tasks.extend(page.into_iter().filter(|one| one.event == event && one.created_at >= since));
        let Some(oldest) = oldest.filter(|oldest| *oldest >= since && seen < told.total_count) else {
            reaches_back_to = since;
            break;
        };
        reaches_back_to = oldest;
    }
    Ok(RunList { runs: runs(tasks), reaches_back_to, tells_waiting: false })
}

/// The tasks, which are told newest first, by the run that each belongs to.
fn runs(tasks: Vec<WireTask>) -> Vec<RunSeen> {
    let mut runs: BTreeMap<u64, (RunSeen, BTreeMap<String, String>)> = BTreeMap::new();
    for task in tasks {
        let (run, jobs) = runs.entry(task.run_number).or_insert_with(|| {
            let run = RunSeen {
                id: task.run_number,
                title: task.display_title,
                workflow: task.workflow_id,
                event: task.event,
                progress: RunProgress::Waiting,
                url: task.url,
                created: task.created_at,
            };
            (run, BTreeMap::new())
        });
        run.created = run.created.min(task.created_at);
        // of a job that was run again the newest try counts
        jobs.entry(task.name).or_insert(task.status);
    }
    let told = runs.into_values().rev().map(|(run, jobs)| {
        let statuses: Vec<&str> = jobs.values().map(String::as_str).collect();
        RunSeen { progress: progress(&statuses), ..run }
    });
    told.collect()
}

/// What its jobs say about a run: it goes on while one does, and ends badly when one did.
fn progress(statuses: &[&str]) -> RunProgress {
    if statuses.contains(&"running") {
        return RunProgress::Running;
    }
    if statuses.iter().any(|status| matches!(*status, "waiting" | "blocked" | "unknown")) {
        return RunProgress::Waiting;
    }
    // a job that was skipped lets its run end well, unless nothing else has run
    match statuses.iter().find(|status| !matches!(**status, "success" | "skipped")) {
        Some(bad) => RunProgress::Concluded(Conclusion::from((*bad).to_owned())),
        None if statuses.contains(&"success") => RunProgress::WellSoFar(statuses.len()),
        None => RunProgress::Concluded(Conclusion::Skipped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(run_number: u64, name: &str, status: &str, created: &str) -> WireTask {
        WireTask {
            name: name.to_owned(),
            display_title: "t".to_owned(),
            workflow_id: "w.yml".to_owned(),
            event: "push".to_owned(),
            run_number,
            status: status.to_owned(),
            url: format!("u/{run_number}"),
            created_at: created.parse().unwrap(),
        }
    }

    #[test]
    fn a_run_goes_on_while_a_job_does_and_ends_as_badly_as_its_worst_job() {
        for (statuses, expected) in [
            (&["success", "running", "failure"][..], RunProgress::Running),
            (&["success", "waiting"], RunProgress::Waiting),
            (&["success", "failure", "skipped"], RunProgress::Concluded(Conclusion::Failure)),
            (&["cancelled"], RunProgress::Concluded(Conclusion::Cancelled)),
            (&["skipped", "skipped"], RunProgress::Concluded(Conclusion::Skipped)),
            (&["success", "skipped"], RunProgress::WellSoFar(2)),
        ] {
            assert_eq!(progress(statuses), expected, "{statuses:?}");
        }
    }

    #[test]
    fn a_run_is_as_old_as_its_oldest_task_and_a_job_as_good_as_its_newest_try() {
        let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
        let told = runs(vec![
            task(1, "test", "success", late),
            task(2, "test", "success", early),
            task(1, "test", "failure", early),
            task(1, "publish", "success", early),
        ]);
        let told: Vec<_> =
            told.into_iter().map(|run| (run.id, run.created.to_string(), run.progress)).collect();
        let well = RunProgress::WellSoFar;
        assert_eq!(told, [(2, early.to_owned(), well(1)), (1, early.to_owned(), well(2))]);
    }
}
