//! The list of workflow runs, told to the repository's owner alone; everybody else is told the list of tasks.

use std::sync::atomic::Ordering;

use http_client::Request;
use jiff::Timestamp;
use serde::Deserialize;

use super::task_list;
use crate::Error;
use crate::connection::Connection;
use crate::runs::{RunList, RunProgress, RunSeen};

/// How many pages are read at most, of 50 runs each where the instance gives so many.
const MOST_PAGES: usize = 20;

#[derive(Deserialize)]
struct WireRuns {
    workflow_runs: Option<Vec<WireRun>>,
    total_count: usize,
}

#[derive(Deserialize)]
struct WireRun {
    run_number: u64,
    display_title: String,
    /// `publish.yml@refs/heads/main`
    path: String,
    event: String,
    status: String,
    conclusion: Option<String>,
    html_url: String,
    /// 1970, where no runner has taken it up.
    started_at: Timestamp,
    /// 1970, before it has ended.
    completed_at: Timestamp,
}

impl WireRun {
    /// The first time that is told of it: when it was taken up, or when it was cancelled before that; none while it
    /// waits.
    fn first_time(&self) -> Option<Timestamp> {
        [self.started_at, self.completed_at].into_iter().find(|time| *time > Timestamp::UNIX_EPOCH)
    }

    /// `now` stands for the time at which a run was made that waits: no other is told.
    fn seen(self, now: Timestamp) -> RunSeen {
        let created = self.first_time().unwrap_or(now);
        let progress = match (self.status.as_str(), self.conclusion.filter(|word| !word.is_empty())) {
            ("completed", Some(conclusion)) => RunProgress::Concluded(conclusion.into()),
            ("completed" | "in_progress", _) => RunProgress::Running,
            _ => RunProgress::Waiting,
        };
        let file = self.path.split('@').next().unwrap_or_default();
        RunSeen {
            id: self.run_number,
            title: self.display_title,
            workflow: file.rsplit('/').next().unwrap_or_default().to_owned(),
            event: self.event,
            progress,
            url: self.html_url,
            created,
        }
    }
}

/// The runs of one event that were made at `since` or later, newest first; by the list of tasks where that of the runs
/// is not told.
pub(crate) async fn since(connection: &Connection, since: Timestamp, event: &str) -> Result<RunList, Error> {
    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
    if !connection.runs_are_hidden.load(Ordering::Relaxed) {
        match all(connection, since, event).await {
            // versions before 1.25 have no such list at all
            Err(error) if matches!(error.status(), Some(403..=405)) => {
                connection.runs_are_hidden.store(true, Ordering::Relaxed);
            }
            answered => return answered,
        }
    }
    task_list::since(connection, since, event).await
}

async fn all(connection: &Connection, since: Timestamp, event: &str) -> Result<RunList, Error> {
    let task = connection.task("actions: read", format!("list the runs of `{}`", connection.repo));
    let now = connection.way.client.clock().now();
    let mut runs: Vec<RunSeen> = Vec::new();
    let (mut seen, mut oldest) = (0, now);
    for number in 1..=MOST_PAGES {
        let mut url = connection.repo_url(["actions", "runs"]);
        let mut query = url.query_pairs_mut();
        query.append_pair("event", event).append_pair("page", &number.to_string()).append_pair("limit", "50");
        drop(query);
        let told: WireRuns =
            connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
        let page = told.workflow_runs.unwrap_or_default();
        seen += page.len();
        oldest = page.iter().filter_map(WireRun::first_time).fold(oldest, Timestamp::min);
        // they are listed by the time of their making, which is not told: one that waits may be of before those that began
        // long ago
        let last = page.last().and_then(WireRun::first_time);
        let ends = last.is_some_and(|last| last < since) || page.is_empty() || seen >= told.total_count;
        let of_it = page.into_iter().filter(|run| run.event == event).map(|run| run.seen(now));
        runs.extend(of_it.filter(|run| run.created >= since));
        if ends {
            oldest = since;
            break;
        }
    }
    // one that was made meanwhile has moved the others to the next page
    runs.sort_by_key(|run| std::cmp::Reverse(run.id));
    runs.dedup_by_key(|run| run.id);
    Ok(RunList { runs, reaches_back_to: oldest, tells_waiting: true })
}
