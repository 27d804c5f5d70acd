//! Pull requests from the repository's own branches.

use domain::{BranchName, CommitSha};
use http::Method;
use http_client::{Effect, Request};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::pages;
use crate::Error;
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::model::PullState;
use crate::pull_requests::{NewPull, OwnPull};

/// How many pages of closed ones are read at most.
const MOST_PAGES: usize = 10;

#[derive(Deserialize)]
struct WirePull {
    number: u64,
    title: String,
    #[serde(default)]
    body: String,
    html_url: String,
    state: String,
    merged: bool,
    merge_commit_sha: Option<String>,
    head: WireSide,
    base: WireSide,
    user: Option<WireUser>,
}

#[derive(Deserialize)]
struct WireSide {
    // the branch's name, which `ref` is only while the branch is there
    label: String,
    sha: String,
    repo_id: i64,
}

#[derive(Deserialize)]
struct WireUser {
    login: String,
}

impl WirePull {
    /// The pull request, unless it comes from a fork, or from nowhere any more.
    fn own(self) -> Option<OwnPull> {
        if self.head.repo_id != self.base.repo_id {
            return None;
        }
        let state = match (self.merged, self.state.as_str()) {
            (true, _) => PullState::Merged(self.merge_commit_sha.and_then(|sha| sha.parse().ok())),
            (false, "open") => PullState::Open,
            (false, _) => PullState::Closed,
        };
        let head_commit: CommitSha = self.head.sha.parse().ok()?;
        Some(OwnPull {
            number: self.number,
            title: self.title,
            body: self.body,
            url: self.html_url,
            state,
            head: self.head.label,
            head_commit,
            base: self.base.label,
            author: self.user.map(|user| user.login).unwrap_or_default(),
        })
    }
}

/// All that are open.
pub(crate) async fn open_ones(connection: &Connection) -> Result<Vec<OwnPull>, Error> {
    list(connection, "open", usize::MAX).await
}

/// Those from one branch among the open ones and the last five hundred closed ones, the newest first. The list knows
/// no filter for it.
pub(crate) async fn of_branch(connection: &Connection, branch: &BranchName) -> Result<Vec<OwnPull>, Error> {
    let mut pulls = list(connection, "open", usize::MAX).await?;
    pulls.extend(list(connection, "closed", MOST_PAGES).await?);
    pulls.retain(|pull| pull.head == branch.as_str());
    pulls.sort_by_key(|pull| std::cmp::Reverse(pull.number));
    pulls.dedup_by_key(|pull| pull.number);
    Ok(pulls)
}

async fn list(connection: &Connection, state: &str, most_pages: usize) -> Result<Vec<OwnPull>, Error> {
    let task =
        connection.task("pull-requests: read", format!("list the pull requests of `{}`", connection.repo));
    let mut list = connection.repo_url(["pulls"]);
    list.query_pairs_mut().append_pair("state", state).append_pair("sort", "recentupdate");
    let (mut pulls, mut seen): (Vec<OwnPull>, _) = (Vec::new(), 0);
    for number in 1..=most_pages {
        let page: pages::Page<WirePull> = pages::page(connection, &task, &list, number).await?;
        let ends = page.items.is_empty() || seen + page.items.len() >= page.total;
        seen += page.items.len();
        for pull in page.items.into_iter().filter_map(WirePull::own) {
            // one that was touched meanwhile has moved the others to the next page
            if !pulls.iter().any(|known| known.number == pull.number) {
                pulls.push(pull);
            }
        }
        if ends {
            break;
        }
    }
    Ok(pulls)
}

/// The open one between two branches.
pub(crate) async fn between(connection: &Connection, new: &NewPull<'_>) -> Result<Option<OwnPull>, Error> {
    let task =
        connection.task("pull-requests: read", format!("list the pull requests of `{}`", connection.repo));
    let place = ["pulls", new.base.as_str()].into_iter().chain(new.head.as_str().split('/'));
    match connection.send(&task, Request::get(connection.repo_url(place))).await {
        Ok(answer) => {
            let wire: WirePull = answer.json().map_err(|error| task.failed(error))?;
            Ok(wire.own().filter(|pull| pull.state == PullState::Open))
        }
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens one.
pub(crate) async fn create(connection: &Connection, new: &NewPull<'_>) -> Result<OwnPull, Error> {
    let NewPull { head, base, title, body } = new;
    let doing = format!("open a pull request from `{head}` to `{base}` in `{}`", connection.repo);
    let task = connection.task("pull-requests: write", doing);
    let body = json!({ "head": head.as_str(), "base": base.as_str(), "title": title, "body": body });
    let request = Request::post(connection.repo_url(["pulls"]), Effect::Write).json(&body);
    let answer = connection.send(&task, Manner::OneOfMany.of(request)).await?;
    let wire: WirePull = answer.json().map_err(|error| task.failed(error))?;
    wire.own().ok_or_else(|| task.unexpected("the answer is about another repository's branch"))
}

/// Closes one. To do so twice changes nothing, so that it may be sent again.
pub(crate) async fn close(connection: &Connection, number: u64) -> Result<(), Error> {
    let task = connection
        .task("pull-requests: write", format!("close pull request #{number} of `{}`", connection.repo));
    let url: Url = connection.repo_url(["pulls", &number.to_string()]);
    let request = Request::new(Method::PATCH, url, Effect::Read).json(&json!({ "state": "closed" }));
    connection.send(&task, Manner::OneOfMany.of(request)).await.map(drop)
}
