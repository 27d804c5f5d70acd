//! Merging, now or when the required checks have passed.

use domain::CommitSha;
use futures_util::future::try_join;
use http_client::{Effect, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::Error;
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::error::Task;
use crate::merging::{Candidate, Checks, Fit, Life, MergeOutcome, MergeStyle, Step};

#[derive(Deserialize)]
struct WirePull {
    state: String,
    merged: bool,
    mergeable: bool,
    #[serde(default)]
    draft: bool,
    head: WireSide,
    base: WireSide,
}

#[derive(Deserialize)]
struct WireSide {
    #[serde(rename = "ref")]
    name: String,
    sha: CommitSha,
}

#[derive(Deserialize)]
struct WireBranch {
    enable_status_check: bool,
}

#[derive(Deserialize)]
struct WireStatus {
    // empty where there is none
    state: String,
    #[serde(default)]
    total_count: u64,
}

/// The pull request as it stands. Whether a merge is scheduled it does not tell: scheduling again says so.
pub(crate) async fn look(connection: &Connection, number: u64) -> Result<Candidate, Error> {
    let doing = format!("look at pull request #{number} of `{}`", connection.repo);
    let task = connection.task("pull-requests: read", doing);
    let number = number.to_string();
    let pull: WirePull = read(connection, &task, &["pulls", &number]).await?;
    let head = pull.head.sha.to_string();
    let branch: Vec<&str> = ["branches"].into_iter().chain(pull.base.name.split('/')).collect();
    let (branch, status): (WireBranch, WireStatus) =
        try_join(read(connection, &task, &branch), read(connection, &task, &["commits", &head, "status"]))
            .await?;
    let life = match (pull.merged, pull.state.as_str()) {
        (true, _) => Life::Merged,
        (false, "open") => Life::Open,
        (false, _) => Life::Closed,
    };
    let checks = match status.state.as_str() {
        "" => Checks::None,
        "success" | "skipped" => Checks::Passed,
        "failure" | "error" | "warning" => Checks::Failed,
        _ => Checks::Pending,
    };
    Ok(Candidate {
        life,
        head: pull.head.sha,
        draft: pull.draft,
        // not mergeable is also what is being worked out
        fit: if pull.mergeable { Fit::Fits } else { Fit::Unknown },
        checks,
        count: status.total_count,
        held_back: branch.enable_status_check && checks != Checks::Passed,
        scheduled: false,
    })
}

async fn read<T: DeserializeOwned>(connection: &Connection, task: &Task, path: &[&str]) -> Result<T, Error> {
    let url = connection.repo_url(path.iter().copied());
    connection.send(task, Request::get(url)).await?.json().map_err(|error| task.failed(error))
}

/// Schedules the merge, or merges. The branch goes with it: its name is free for the same version then.
pub(crate) async fn act(
    connection: &Connection,
    number: u64,
    wanted: &CommitSha,
    style: MergeStyle,
    step: Step,
) -> Result<MergeOutcome, Error> {
    let doing = format!("merge pull request #{number} of `{}`", connection.repo);
    let task = connection.task("contents: write", doing);
    let url = connection.repo_url(["pulls", &number.to_string(), "merge"]);
    let body = json!({
        "Do": style.as_str(),
        "head_commit_id": wanted.as_str(),
        "merge_when_checks_succeed": step == Step::Schedule,
        "delete_branch_after_merge": true,
    });
    let request = Request::post(url, Effect::Write).json(&body);
    match connection.send(&task, Manner::OneOfMany.of(request)).await {
        Ok(answer) if answer.status().as_u16() == 201 => Ok(MergeOutcome::Scheduled),
        Ok(_) => Ok(MergeOutcome::Merged),
        Err(error) if is_scheduled(&error) => Ok(MergeOutcome::Scheduled),
        Err(error) => Err(error),
    }
}

/// Whether it is refused because it is scheduled already.
fn is_scheduled(error: &Error) -> bool {
    let refusal = error.http().and_then(http_client::Error::refusal);
    error.status() == Some(409)
        && refusal
            .and_then(|refusal| refusal.message.as_deref())
            .is_some_and(|said| said.contains("already scheduled"))
}
