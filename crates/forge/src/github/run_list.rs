//! The list of workflow runs. <https://docs.github.com/en/rest/actions/workflow-runs>

use futures_util::future::try_join_all;
use jiff::Timestamp;
use octocrab::Octocrab;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::runs::{RunList, RunProgress, RunSeen};

const PER_PAGE: usize = 100;

/// What GitHub tells of a filtered list; what is older is not to be had.
const MOST: usize = 1000;

#[derive(Deserialize)]
struct WirePage {
    total_count: usize,
    workflow_runs: Vec<WireRun>,
}

#[derive(Deserialize)]
struct WireRun {
    id: u64,
    display_title: String,
    path: String,
    event: String,
    // a run that nothing is known of has neither
    status: Option<String>,
    conclusion: Option<String>,
    html_url: String,
    created_at: Timestamp,
}

impl From<WireRun> for RunSeen {
    fn from(wire: WireRun) -> Self {
        let progress = match (wire.status.as_deref(), wire.conclusion) {
            (Some("completed"), Some(conclusion)) => RunProgress::Concluded(conclusion.into()),
            (Some("in_progress" | "completed"), _) => RunProgress::Running,
            _ => RunProgress::Waiting,
        };
        // newer answers name the branch behind the path: `.github/workflows/x.yml@main`
        let path = wire.path.split('@').next().unwrap_or_default();
        Self {
            id: wire.id,
            title: wire.display_title,
            workflow: path.rsplit('/').next().unwrap_or_default().to_owned(),
            event: wire.event,
            progress,
            url: wire.html_url,
            created: wire.created_at,
        }
    }
}

/// The runs of one event that were made at `since` or later, newest first: a page, and then the others together.
pub(crate) async fn since(connection: &Connection, since: Timestamp, event: &str) -> Result<RunList, Error> {
    let task = connection.task("actions: read", format!("list the runs of `{}`", connection.repo));
    // whole seconds, as the runs' own times are
    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
    let first = page(connection, &task, since, event, 1).await?;
    let is_whole = first.total_count <= MOST;
    let more = 2..=first.total_count.min(MOST).div_ceil(PER_PAGE);
    let more = try_join_all(more.map(|number| page(connection, &task, since, event, number))).await?;
    let pages = std::iter::once(first).chain(more);
    let mut runs: Vec<RunSeen> = pages.flat_map(|page| page.workflow_runs).map(RunSeen::from).collect();
    // one that was made meanwhile has moved the others to the next page
    runs.sort_by_key(|run| std::cmp::Reverse(run.id));
    runs.dedup_by_key(|run| run.id);
    let oldest = runs.last().map_or(since, |run| run.created);
    Ok(RunList { runs, reaches_back_to: if is_whole { since } else { oldest }, tells_waiting: true })
}

async fn page(
    connection: &Connection,
    task: &Task,
    since: Timestamp,
    event: &str,
    number: usize,
) -> Result<WirePage, Error> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("event", event).append_pair("created", &format!(">={since}"));
    query.append_pair("per_page", &PER_PAGE.to_string()).append_pair("page", &number.to_string());
    let route = format!("/repos/{}/actions/runs?{}", connection.repo, query.finish());
    connection.github(task, async |octocrab: &Octocrab| octocrab.get(&route, None::<&()>).await).await
}

/// One run; `None` when there is none of this id.
pub(crate) async fn one(connection: &Connection, id: u64) -> Result<Option<RunSeen>, Error> {
    let task = connection.task("actions: read", format!("read run {id} of `{}`", connection.repo));
    let route = format!("/repos/{}/actions/runs/{id}", connection.repo);
    match connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await {
        Ok(wire) => Ok(Some(WireRun::into(wire))),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}
