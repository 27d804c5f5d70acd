//! The list of tasks: one for each job that a runner has taken up, told to every reader, newest first. The list of runs
//! is told to the owner alone.

use http_client::Request;
use jiff::Timestamp;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::runs::{Conclusion, RunProgress, RunSeen};

/// How many pages are read at most, of 50 tasks each where the instance gives so many.
const MOST_PAGES: usize = 20;

#[derive(Deserialize)]
struct WireTasks {
    workflow_runs: Option<Vec<WireTask>>,
    total_count: usize,
}

#[derive(Deserialize)]
struct WireTask {
    display_title: String,
    workflow_id: String,
    event: String,
    run_number: u64,
    status: String,
    url: String,
    created_at: Timestamp,
}

/// The runs of one event with a task that was made at `since` or later, newest first.
///
/// # Errors
/// Also when the list is so long that its end is not reached: what is not seen is not absent.
pub(crate) async fn since(
    connection: &Connection,
    since: Timestamp,
    event: &str,
) -> Result<Vec<RunSeen>, Error> {
    let task = connection.task("actions: read", format!("list the tasks of `{}`", connection.repo));
    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
    let mut tasks: Vec<WireTask> = Vec::new();
    let mut seen = 0;
    for number in 1..=MOST_PAGES {
        let mut url = connection.repo_url(["actions", "tasks"]);
        url.query_pairs_mut().append_pair("page", &number.to_string()).append_pair("limit", "50");
        let told: WireTasks =
            connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
        let page = told.workflow_runs.unwrap_or_default();
        seen += page.len();
        let ends = page.last().is_none_or(|oldest| oldest.created_at < since) || seen >= told.total_count;
        tasks.extend(page.into_iter().filter(|one| one.event == event && one.created_at >= since));
        if ends {
            return Ok(runs(tasks));
        }
    }
    let what = format!("its newest {seen} tasks do not reach back to {since}");
    Err(task.unexpected(what).with_hint("look for the run among the repository's actions"))
}

/// The tasks, by the run that each belongs to.
fn runs(tasks: Vec<WireTask>) -> Vec<RunSeen> {
    let mut runs: Vec<RunSeen> = Vec::new();
    for task in tasks {
        let progress = progress(&task.status);
        if let Some(run) = runs.iter_mut().find(|run| run.id == task.run_number) {
            run.progress = together(run.progress.clone(), progress);
            run.created = run.created.min(task.created_at);
            continue;
        }
        runs.push(RunSeen {
            id: task.run_number,
            title: task.display_title,
            workflow: task.workflow_id,
            event: task.event,
            progress,
            url: task.url,
            created: task.created_at,
        });
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.id));
    runs
}

/// What one job says about its run.
fn progress(status: &str) -> RunProgress {
    match status {
        "running" => RunProgress::Running,
        "waiting" | "blocked" | "unknown" => RunProgress::Waiting,
        // a job that was skipped lets its run end well
        "success" | "skipped" => RunProgress::WellSoFar,
        other => RunProgress::Concluded(Conclusion::from(other.to_owned())),
    }
}

/// What two jobs say about their run: it goes on while one does, and ends badly when one did.
fn together(one: RunProgress, other: RunProgress) -> RunProgress {
    let rank = |progress: &RunProgress| match progress {
        RunProgress::Running => 3,
        RunProgress::Waiting => 2,
        RunProgress::Concluded(_) => 1,
        RunProgress::WellSoFar => 0,
    };
    if rank(&one) >= rank(&other) { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(run_number: u64, status: &str, created: &str) -> WireTask {
        WireTask {
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
        let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
        let cases = [
            (vec!["success", "running", "failure"], RunProgress::Running),
            (vec!["success", "waiting"], RunProgress::Waiting),
            (vec!["success", "failure", "skipped"], RunProgress::Concluded(Conclusion::Failure)),
            (vec!["cancelled"], RunProgress::Concluded(Conclusion::Cancelled)),
            (vec!["success", "skipped"], RunProgress::WellSoFar),
        ];
        for (statuses, expected) in cases {
            let tasks: Vec<_> = statuses.iter().map(|status| task(1, status, late)).collect();
            assert_eq!(runs(tasks)[0].progress, expected, "{statuses:?}");
        }
        let told = runs(vec![task(1, "success", late), task(2, "success", early), task(1, "success", early)]);
        let told: Vec<_> = told.into_iter().map(|run| (run.id, run.created.to_string())).collect();
        assert_eq!(told, [(2, early.to_owned()), (1, early.to_owned())]);
    }
}
