//! Workflow runs. <https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event>

use domain::CommitSha;
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::dispatch::{Sought, Start, StartedRun};
use crate::error::Task;
use crate::model::Run;

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
    workflow_run_id: u64,
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

/// Starts the workflow at a ref; gives the run where the forge tells it.
///
/// The ref is named in full, as `github.ref` names it: of a short name GitHub would take a branch first.
///
/// Asks for the run's details, which older GitHub Enterprise Servers refuse as an unknown key: then once more
/// without.
pub(crate) async fn dispatch(start: &Start<'_>) -> Result<Option<StartedRun>, Error> {
    let task = start.task();
    let inputs: Map<String, Value> =
        start.inputs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let mut body = json!({ "ref": start.at, "inputs": inputs, "return_run_details": true });
    let mut sent = post(start, &task, &body).await;
    if sent.as_ref().is_err_and(|error| error.status() == Some(422) && names_the_key(error)) {
        body.as_object_mut().expect("it was made as an object").remove("return_run_details");
        sent = post(start, &task, &body).await;
    }
    // 204 without a body where the details are not told
    let details = sent?.json::<WireDetails>().ok();
    Ok(details.map(|details| StartedRun { id: details.workflow_run_id, url: details.html_url }))
}

async fn post(start: &Start<'_>, task: &Task, body: &Value) -> Result<Response, Error> {
    let connection = start.connection;
    let url = connection.repo_url(["actions", "workflows", start.workflow, "dispatches"]);
    let request = Request::post(url, Effect::Write).json(body);
    let request = request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    connection.send(task, start.manner.of(request)).await
}

fn names_the_key(error: &Error) -> bool {
    let refusal = error.http().and_then(http_client::Error::refusal);
    refusal.is_some_and(|refusal| refusal.excerpt.contains("return_run_details"))
}
