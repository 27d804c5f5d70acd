//! Workflow runs: told by the list of tasks, which every reader may see; the list of runs is the owner's.

use domain::CommitSha;
use http_client::{Effect, Request};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::dispatch::{Sought, Start, StartedRun};
use crate::model::Run;

#[derive(Deserialize)]
struct WireTasks {
    workflow_runs: Option<Vec<WireTask>>,
    total_count: usize,
}

#[derive(Deserialize)]
struct WireTask {
    workflow_id: String,
    event: String,
    head_branch: String,
    head_sha: CommitSha,
    url: String,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct WireDetails {
    html_url: String,
}

/// How many pages of tasks are read at most, of 50 tasks each where the instance gives so many.
const MOST_PAGES: usize = 20;

/// A run of the workflow at the tag, whatever started it.
///
/// Tasks are told newest first, one for each job that a runner took up, so the list is read back to the tag's own
/// time. A repository may be so busy that this has no end: then it cannot be known.
pub(crate) async fn at_tag(sought: &Sought<'_>) -> Result<Option<Run>, Error> {
    let Sought { connection, workflow, tag, commit, .. } = sought;
    let task = connection.task("actions: read", format!("list the tasks of `{}`", connection.repo));
    let at_tag = |head: &str| head == tag.as_str() || head == tag.full_ref();
    let mut seen = 0;
    for page in 1..=MOST_PAGES {
        let mut url = connection.repo_url(["actions", "tasks"]);
        url.query_pairs_mut().append_pair("page", &page.to_string()).append_pair("limit", "50");
        let told: WireTasks =
            connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
        let tasks = told.workflow_runs.unwrap_or_default();
        let Some(oldest) = tasks.last().map(|one| one.created_at) else { return Ok(None) };
        seen += tasks.len();
        let run = tasks
            .into_iter()
            .find(|one| one.workflow_id == *workflow && one.head_sha == **commit && at_tag(&one.head_branch));
        if let Some(one) = run {
            return Ok(Some(Run { url: Some(one.url), event: one.event }));
        }
        if seen >= told.total_count {
            return Ok(None);
        }
        // the forge's clock and that of whoever made the tag may differ
        let since = sought.tagged_at().await?.map(|made| made - SignedDuration::from_mins(5));
        if since.is_some_and(|since| oldest < since) {
            return Ok(None);
        }
    }
    let unknown = format!(
        "`{tag}` is older than the newest {seen} tasks, so a run of `{workflow}` at it may be further back"
    );
    Err(task.unexpected(unknown).with_hint(format!(
        "look for the run among the repository's actions, and start `{workflow}` at `{tag}` by hand if there is none"
    )))
}

/// Starts the workflow at a ref, by its full name: a bare one would be a branch. Newer versions tell the run when asked;
/// older ones ignore the question.
pub(crate) async fn dispatch(start: &Start<'_>) -> Result<Option<StartedRun>, Error> {
    let mut url = start.connection.repo_url(["actions", "workflows", start.workflow, "dispatches"]);
    url.query_pairs_mut().append_pair("return_run_details", "true");
    let inputs: Map<String, Value> =
        start.inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let request = Request::post(url, Effect::Write).json(&json!({ "ref": start.at, "inputs": inputs }));
    let answer = start.connection.send(&start.task(), start.manner.of(request)).await?;
    let details = answer.json::<WireDetails>().ok();
    Ok(details.and_then(|details| {
        // runs are told apart by their numbers, since lists tell no ids
        let number = details.html_url.rsplit('/').next()?.parse().ok()?;
        Some(StartedRun { id: number, url: details.html_url })
    }))
}
