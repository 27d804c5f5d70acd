//! Workflow runs: told by the list of tasks, which every reader may see; the list of runs is the owner's.

use domain::{CommitSha, TagName};
use http_client::{Effect, Request};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::model::Run;
use crate::{Error, WorkflowInputs};

#[derive(Deserialize)]
struct WireTasks {
    workflow_runs: Option<Vec<WireTask>>,
}

#[derive(Deserialize)]
struct WireTask {
    workflow_id: String,
    event: String,
    head_branch: String,
    head_sha: CommitSha,
    url: String,
}

#[derive(Deserialize)]
struct WireDetails {
    html_url: String,
}

/// A run of the workflow at the tag, whatever started it, among the newest tasks.
pub(crate) async fn at_tag(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    commit: &CommitSha,
) -> Result<Option<Run>, Error> {
    let task = connection.task("actions: read", format!("list the tasks of `{}`", connection.repo));
    let mut url = connection.repo_url(["actions", "tasks"]);
    url.query_pairs_mut().append_pair("page", "1").append_pair("limit", "50");
    let told: WireTasks =
        connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
    let at_tag = |head: &str| head == tag.as_str() || head == tag.full_ref();
    Ok(told
        .workflow_runs
        .into_iter()
        .flatten()
        .find(|one| one.workflow_id == workflow && one.head_sha == *commit && at_tag(&one.head_branch))
        .map(|one| Run { url: Some(one.url), event: one.event }))
}

/// Starts the workflow at the tag, by the tag's full name: a bare one would be a branch. Newer versions tell the
/// run when asked; older ones ignore the question.
pub(crate) async fn dispatch(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    inputs: &WorkflowInputs,
) -> Result<Option<Run>, Error> {
    let task = connection
        .task("actions: write", format!("start workflow `{workflow}` at `{tag}` in `{}`", connection.repo));
    let mut url = connection.repo_url(["actions", "workflows", workflow, "dispatches"]);
    url.query_pairs_mut().append_pair("return_run_details", "true");
    let inputs: Map<String, Value> =
        inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let request = Request::post(url, Effect::Write).json(&json!({ "ref": tag.full_ref(), "inputs": inputs }));
    let answer = connection.send(&task, request).await?;
    let details = answer.json::<WireDetails>().ok();
    Ok(details.map(|details| Run { url: Some(details.html_url), event: "workflow_dispatch".to_owned() }))
}
