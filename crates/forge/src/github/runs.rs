//! Workflow runs. <https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event>

use bytes::Bytes;
use domain::{CommitSha, TagName};
use http_body_util::BodyExt as _;
use octocrab::Octocrab;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::dispatch::Sought;
use crate::error::Task;
use crate::model::Run;
use crate::{Error, WorkflowInputs};

#[derive(Deserialize)]
struct WireRuns {
    workflow_runs: Vec<WireRun>,
}

#[derive(Deserialize)]
struct WireRun {
    html_url: String,
    event: String,
    head_branch: Option<String>,
    head_sha: CommitSha,
}

#[derive(Deserialize)]
struct WireDetails {
    html_url: String,
}

/// A run of the workflow at the tag, whatever started it.
pub(crate) async fn at_tag(sought: &Sought<'_>) -> Result<Option<Run>, Error> {
    let Sought { connection, workflow, tag, commit, .. } = sought;
    let task =
        connection.task("actions: read", format!("list the runs of `{workflow}` in `{}`", connection.repo));
    let route = format!("/repos/{}/actions/workflows/{workflow}/runs", connection.repo);
    let query = [("branch", tag.as_str()), ("head_sha", commit.as_str()), ("per_page", "20")];
    let runs: WireRuns =
        connection.github(&task, async |octocrab| octocrab.get(&route, Some(&query)).await).await?;
    Ok(runs
        .workflow_runs
        .into_iter()
        .find(|run| run.head_branch.as_deref() == Some(tag.as_str()) && run.head_sha == **commit)
        .map(|run| Run { url: Some(run.html_url), event: run.event }))
}

/// Starts the workflow at the tag; gives the run where the forge tells it.
///
/// The tag is named in full, as `github.ref` names it: of a short name GitHub would take a branch first.
///
/// Asks for the run's details, which older GitHub Enterprise Servers refuse as an unknown key: then once more
/// without.
pub(crate) async fn dispatch(
    connection: &Connection,
    workflow: &str,
    tag: &TagName,
    inputs: &WorkflowInputs,
) -> Result<Option<Run>, Error> {
    let task = connection
        .task("actions: write", format!("start workflow `{workflow}` at `{tag}` in `{}`", connection.repo));
    let route = format!("/repos/{}/actions/workflows/{workflow}/dispatches", connection.repo);
    let inputs: Map<String, Value> =
        inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut body = json!({ "ref": tag.full_ref(), "inputs": inputs, "return_run_details": true });
    let mut sent = post(connection, &task, &route, &body).await;
    if sent.as_ref().is_err_and(|error| error.status() == Some(422) && names_the_key(error)) {
        body.as_object_mut().expect("it was made as an object").remove("return_run_details");
        sent = post(connection, &task, &route, &body).await;
    }
    let told = sent?;
    // 204 without a body where the details are not told
    let details = serde_json::from_slice::<WireDetails>(&told).ok();
    Ok(details.map(|details| Run { url: Some(details.html_url), event: "workflow_dispatch".to_owned() }))
}

async fn post(connection: &Connection, task: &Task, route: &str, body: &Value) -> Result<Bytes, Error> {
    let ask = async |octocrab: &Octocrab| {
        let answer = octocrab._post(route, Some(body)).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    };
    connection.github(task, ask).await
}

fn names_the_key(error: &Error) -> bool {
    let refusal = error.http().and_then(http_client::Error::refusal);
    refusal.is_some_and(|refusal| refusal.excerpt.contains("return_run_details"))
}
