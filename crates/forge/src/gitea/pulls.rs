//! Pull requests.

use std::collections::HashMap;

use futures_util::future::try_join_all;
use http_client::Request;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::pages;
use crate::connection::Connection;
use crate::model::{Commit, PullCommit, PullRequest, PullState, RecentPulls};
use crate::{CommitSha, Error};

#[derive(Clone, Deserialize)]
pub(super) struct WirePull {
    number: u64,
    title: String,
    html_url: String,
    state: String,
    merged: bool,
    // filled with a trial merge's id, or with an empty text, while the pull request is open
    merge_commit_sha: Option<String>,
    merged_at: Option<Timestamp>,
    base: WireSide,
    head: WireSide,
    labels: Option<Vec<WireLabel>>,
    updated_at: Timestamp,
}

#[derive(Clone, Deserialize)]
struct WireSide {
    #[serde(rename = "ref")]
    name: String,
    repo_id: i64,
}

#[derive(Clone, Deserialize)]
struct WireLabel {
    name: String,
}

impl From<WirePull> for PullRequest {
    fn from(wire: WirePull) -> Self {
        let state = match (wire.merged, wire.state.as_str()) {
            (true, _) => PullState::Merged(wire.merge_commit_sha.and_then(|sha| sha.parse().ok())),
            (false, "open") => PullState::Open,
            (false, _) => PullState::Closed,
        };
        let labels = wire.labels.into_iter().flatten();
        Self {
            number: wire.number,
            title: wire.title,
            url: wire.html_url,
            state,
            head: (wire.head.repo_id == wire.base.repo_id).then_some(wire.head.name),
            base: wire.base.name,
            merged_at: wire.merged_at.filter(|_| wire.merged),
            labels: labels.filter_map(|label| label.name.parse().ok()).collect(),
        }
    }
}

/// The newest page of closed pull requests, the last updated first: nearly always all that a release needs.
pub(super) async fn recently_closed(
    connection: &Connection,
    page: usize,
) -> Result<(Vec<WirePull>, usize), Error> {
    let task = connection
        .task("pull-requests: read", format!("list the closed pull requests of `{}`", connection.repo));
    let mut list = connection.repo_url(["pulls"]);
    list.query_pairs_mut().append_pair("state", "closed").append_pair("sort", "recentupdate");
    let page = pages::page(connection, &task, &list, page).await?;
    Ok((page.items, page.total))
}

/// What the newest page tells by itself.
pub(super) fn recent((pulls, total): &(Vec<WirePull>, usize)) -> RecentPulls {
    // a pull request was updated when it was merged, or later
    let oldest = pulls.iter().map(|pull| pull.updated_at).min();
    let merged = pulls.iter().filter(|pull| pull.merged).cloned().map(PullRequest::from).collect();
    RecentPulls { merged, since: oldest.filter(|_| pulls.len() < *total) }
}

/// The pull requests that were merged last into a branch or from it, among the last five hundred.
pub(crate) async fn merged_around(connection: &Connection, branch: &str) -> Result<RecentPulls, Error> {
    const MOST_PAGES: usize = 10;
    let mut told = RecentPulls::default();
    let mut seen = 0;
    for page in 1..=MOST_PAGES {
        let page = recently_closed(connection, page).await?;
        seen += page.0.len();
        let RecentPulls { merged, since } = recent(&page);
        let ours = |pull: &PullRequest| pull.base == branch || pull.head.as_deref() == Some(branch);
        told.merged.extend(merged.into_iter().filter(ours));
        told.since = since.filter(|_| seen < page.1);
        if told.since.is_none() {
            break;
        }
    }
    Ok(told)
}

/// How many commits are asked for one by one, before it is cheaper to read on in the list.
const MOST_SINGLE: usize = 50;

/// Ties pull requests to the commits that their merges made.
///
/// A pull request was updated when it was merged, and so not before its merge commit was made: a page settles
/// every commit that is newer than its end. A few old ones, as a branch brings that was merged late, are then asked
/// for by themselves; for many the list is read on until it has reached the oldest.
pub(super) async fn tie(
    connection: &Connection,
    commits: &mut [Commit],
    first: (Vec<WirePull>, usize),
) -> Result<(), Error> {
    let mut open: HashMap<CommitSha, Timestamp> =
        commits.iter().map(|commit| (commit.sha.clone(), commit.committed_at)).collect();
    let (mut pulls, total) = first;
    let mut seen = 0;
    for page in 2.. {
        seen += pulls.len();
        let end = pulls.iter().map(|pull| pull.updated_at).min();
        attach(commits, &mut open, pulls);
        let Some(end) = end.filter(|_| seen < total) else { break };
        // the forge's clock and the committer's may differ
        open.retain(|_, made| *made - SignedDuration::from_mins(5) <= end);
        if open.len() <= MOST_SINGLE {
            let asked = try_join_all(open.keys().map(|commit| of_commit(connection, commit))).await?;
            attach(commits, &mut open, asked.into_iter().flatten().collect());
            break;
        }
        pulls = recently_closed(connection, page).await?.0;
    }
    Ok(())
}

/// Gives each merge its pull request, and takes it out of those that are open.
fn attach(commits: &mut [Commit], open: &mut HashMap<CommitSha, Timestamp>, pulls: Vec<WirePull>) {
    for pull in pulls.into_iter().map(PullRequest::from) {
        let PullState::Merged(Some(merge)) = &pull.state else { continue };
        if let Some(commit) = commits.iter_mut().find(|commit| commit.sha == *merge) {
            open.remove(merge);
            if !commit.pull_requests.contains(&pull) {
                commit.pull_requests.push(pull);
            }
        }
    }
}

/// The pull request whose merge a commit is; `None` when it is none's.
async fn of_commit(connection: &Connection, commit: &CommitSha) -> Result<Option<WirePull>, Error> {
    let task = connection.task(
        "pull-requests: read",
        format!("read the pull request of commit `{commit}` of `{}`", connection.repo),
    );
    let url = connection.repo_url(["commits", commit.as_str(), "pull"]);
    match connection.send(&task, Request::get(url)).await {
        Ok(answer) => Ok(Some(answer.json().map_err(|error| task.failed(error))?)),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// One pull request by its number; `None` when there is none, as for an issue's number.
pub(crate) async fn pull_request(connection: &Connection, number: u64) -> Result<Option<PullRequest>, Error> {
    let task = connection
        .task("pull-requests: read", format!("read pull request #{number} of `{}`", connection.repo));
    let url = connection.repo_url(["pulls", &number.to_string()]);
    match connection.send(&task, Request::get(url)).await {
        Ok(answer) => Ok(Some(answer.json::<WirePull>().map_err(|error| task.failed(error))?.into())),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct WirePullCommit {
    sha: CommitSha,
    commit: WireGitCommit,
}

#[derive(Deserialize)]
struct WireGitCommit {
    message: String,
    author: WireSignature,
}

#[derive(Deserialize)]
struct WireSignature {
    date: Timestamp,
}

/// The commits of a pull request before its merge.
pub(crate) async fn commits(connection: &Connection, number: u64) -> Result<Vec<PullCommit>, Error> {
    let task = connection.task(
        "pull-requests: read",
        format!("read the commits of pull request #{number} of `{}`", connection.repo),
    );
    let mut list = connection.repo_url(["pulls", &number.to_string(), "commits"]);
    list.query_pairs_mut().append_pair("verification", "false").append_pair("files", "false");
    let wires: Vec<WirePullCommit> = pages::all_commits(connection, &task, &list).await?;
    Ok(wires
        .into_iter()
        .map(|wire| PullCommit {
            sha: wire.sha,
            subject: wire.commit.message.lines().next().unwrap_or_default().trim().to_owned(),
            authored_at: wire.commit.author.date,
        })
        .collect())
}
