//! Merging, now or when the required checks have passed.
//! <https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge>

use domain::CommitSha;
use http::Method;
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Error;
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::error::Task;
use crate::merging::{Candidate, Checks, Fit, Life, MergeOutcome, MergeStyle, Step};

const LOOK: &str = "query($owner: String!, $name: String!, $number: Int!, $head: GitObjectID!) {
    repository(owner: $owner, name: $name) {
        pullRequest(number: $number) {
            id state headRefOid isDraft mergeable mergeStateStatus
            autoMergeRequest { enabledAt }
        }
        object(oid: $head) { ... on Commit { statusCheckRollup { state contexts(first: 1) { totalCount } } } }
    }
}";

const SCHEDULE: &str = "mutation($input: EnablePullRequestAutoMergeInput!) {
    enablePullRequestAutoMerge(input: $input) { clientMutationId }
}";

/// What a token lacks that may not look: GitHub names no permission in an answer to a query.
const CHECKS: &str = "give the token `checks: read`, `statuses: read` and `pull_requests: write`, which merging by checks needs";

#[derive(Deserialize)]
struct WireAnswer<T> {
    data: Option<T>,
    #[serde(default)]
    errors: Vec<WireError>,
}

#[derive(Deserialize)]
struct WireError {
    message: String,
}

#[derive(Deserialize)]
struct WireLook {
    repository: Option<WireRepository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    pull_request: Option<WirePull>,
    object: Option<WireCommit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePull {
    id: String,
    state: String,
    head_ref_oid: CommitSha,
    is_draft: bool,
    mergeable: String,
    merge_state_status: String,
    auto_merge_request: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCommit {
    status_check_rollup: Option<WireRollup>,
}

#[derive(Deserialize)]
struct WireRollup {
    state: String,
    contexts: WireContexts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireContexts {
    total_count: u64,
}

/// The pull request as it stands, with the checks of the commit that is wanted.
pub(crate) async fn look(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
) -> Result<Candidate, Error> {
    let (pull, rollup) = read(connection, number, wanted).await?;
    let life = match pull.state.as_str() {
        "MERGED" => Life::Merged,
        "OPEN" => Life::Open,
        _ => Life::Closed,
    };
    let fit = match (pull.mergeable.as_str(), pull.merge_state_status.as_str()) {
        ("CONFLICTING", _) | (_, "DIRTY") => Fit::Conflicts,
        ("UNKNOWN", _) | (_, "UNKNOWN") => Fit::Unknown,
        _ => Fit::Fits,
    };
    let checks = match rollup.as_ref().map(|rollup| rollup.state.as_str()) {
        None => Checks::None,
        Some("SUCCESS") => Checks::Passed,
        Some("FAILURE" | "ERROR") => Checks::Failed,
        Some(_) => Checks::Pending,
    };
    Ok(Candidate {
        life,
        head: pull.head_ref_oid,
        draft: pull.is_draft,
        fit,
        checks,
        count: rollup.map_or(0, |rollup| rollup.contexts.total_count),
        held_back: matches!(pull.merge_state_status.as_str(), "BLOCKED" | "BEHIND"),
        scheduled: pull.auto_merge_request.is_some(),
    })
}

async fn read(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
) -> Result<(WirePull, Option<WireRollup>), Error> {
    let doing = format!("look at pull request #{number} of `{}`", connection.repo);
    let task = connection.task("pull-requests: read", doing);
    let (owner, name) = (connection.repo.owner(), connection.repo.name());
    let variables = json!({ "owner": owner, "name": name, "number": number, "head": wanted.as_str() });
    let look: WireLook = ask(connection, &task, LOOK, &variables, Effect::Read).await?;
    let repository = look.repository.ok_or_else(|| task.unexpected("the answer does not tell of it"))?;
    let pull = repository.pull_request.ok_or_else(|| task.unexpected("there is no such pull request"))?;
    let rollup = repository.object.and_then(|commit| commit.status_check_rollup);
    Ok((pull, rollup))
}

async fn ask<T: DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    query: &str,
    variables: &Value,
    effect: Effect,
) -> Result<T, Error> {
    let body = json!({ "query": query, "variables": variables });
    let request = Request::post(connection.way.site.graphql(), effect).json(&body);
    let answer = connection.send(task, Manner::OneOfMany.of(request)).await?;
    let answer: WireAnswer<T> = answer.json().map_err(|error| task.failed(error))?;
    if let Some(error) = answer.errors.first() {
        let unexpected = task.unexpected(&error.message);
        let is_closed = error.message.contains("not accessible by");
        return Err(if is_closed { unexpected.with_hint(CHECKS) } else { unexpected });
    }
    answer.data.ok_or_else(|| task.unexpected("the answer is empty"))
}

/// Schedules the merge, or merges.
pub(crate) async fn act(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
    style: MergeStyle,
    step: Step,
) -> Result<MergeOutcome, Error> {
    let doing = format!("merge pull request #{number} of `{}`", connection.repo);
    let task = connection.task("contents: write", doing);
    if step == Step::Schedule {
        return schedule(connection, &task, number, wanted, style).await;
    }
    let url = connection.repo_url(["pulls", &number.to_string(), "merge"]);
    let body = json!({ "sha": wanted.as_str(), "merge_method": style.as_str() });
    let request = Request::new(Method::PUT, url, Effect::Write).json(&body);
    let request = request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    connection.send(&task, Manner::OneOfMany.of(request)).await.map(|_| MergeOutcome::Merged)
}

/// Lets GitHub merge it when everything is there that the base branch requires. What GitHub says against it comes with
/// the status 200.
async fn schedule(
    connection: &Connection,
    task: &Task,
    number: u64,
    wanted: &CommitSha,
    style: MergeStyle,
) -> Result<MergeOutcome, Error> {
    let (pull, _) = read(connection, number, wanted).await?;
    let input = json!({
        "pullRequestId": pull.id,
        "expectedHeadOid": wanted.as_str(),
        "mergeMethod": style.as_str().to_uppercase(),
    });
    let variables = json!({ "input": input });
    match ask::<Value>(connection, task, SCHEDULE, &variables, Effect::Write).await {
        Ok(_) => Ok(MergeOutcome::Scheduled),
        Err(Error::Unexpected { what, .. }) => Ok(MergeOutcome::Barred(what)),
        Err(error) => Err(error),
    }
}
