//! Pull requests from the repository's own branches. <https://docs.github.com/en/rest/pulls/pulls>

use domain::{BranchName, CommitSha};
use http::Method;
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request};
use serde::Deserialize;
use serde_json::json;

use crate::Error;
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::error::Task;
use crate::model::PullState;
use crate::pull_requests::{NewPull, OwnPull};

const PER_PAGE: usize = 100;

#[derive(Deserialize)]
struct WirePull {
    number: u64,
    title: String,
    body: Option<String>,
    html_url: String,
    state: String,
    merged_at: Option<String>,
    merge_commit_sha: Option<CommitSha>,
    head: WireHead,
    base: WireBase,
    // an account that is gone leaves nobody
    user: Option<WireUser>,
}

#[derive(Deserialize)]
struct WireHead {
    #[serde(rename = "ref")]
    name: String,
    sha: CommitSha,
    // a fork that was deleted is not told
    repo: Option<WireRepository>,
}

#[derive(Deserialize)]
struct WireBase {
    #[serde(rename = "ref")]
    name: String,
    repo: WireRepository,
}

#[derive(Deserialize)]
struct WireRepository {
    id: u64,
}

#[derive(Deserialize)]
struct WireUser {
    login: String,
}

impl WirePull {
    /// The pull request, unless it comes from a fork.
    fn own(self) -> Option<OwnPull> {
        if self.head.repo?.id != self.base.repo.id {
            return None;
        }
        let state = match (self.merged_at, self.state.as_str()) {
            (Some(_), _) => PullState::Merged(self.merge_commit_sha),
            (None, "open") => PullState::Open,
            (None, _) => PullState::Closed,
        };
        Some(OwnPull {
            number: self.number,
            title: self.title,
            body: self.body.unwrap_or_default(),
            url: self.html_url,
            state,
            head: self.head.name,
            head_commit: self.head.sha,
            base: self.base.name,
            author: self.user.map(|user| user.login).unwrap_or_default(),
        })
    }
}

/// All that are open.
pub(crate) async fn open_ones(connection: &Connection) -> Result<Vec<OwnPull>, Error> {
    list(connection, &[("state", "open")]).await
}

/// Those from one branch, the newest first.
pub(crate) async fn of_branch(connection: &Connection, branch: &BranchName) -> Result<Vec<OwnPull>, Error> {
    list(connection, &[("state", "all"), ("head", &head(connection, branch))]).await
}

/// The open one between two branches.
pub(crate) async fn between(connection: &Connection, new: &NewPull<'_>) -> Result<Option<OwnPull>, Error> {
    let filter = [("state", "open"), ("head", &head(connection, new.head)), ("base", new.base.as_str())];
    Ok(list(connection, &filter).await?.into_iter().next())
}

/// A branch of this repository, as the list is asked for it.
fn head(connection: &Connection, branch: &BranchName) -> String {
    format!("{}:{branch}", connection.repo.owner())
}

async fn list(connection: &Connection, filter: &[(&str, &str)]) -> Result<Vec<OwnPull>, Error> {
    let task =
        connection.task("pull-requests: read", format!("list the pull requests of `{}`", connection.repo));
    let mut pulls: Vec<OwnPull> = Vec::new();
    for page in 1_usize.. {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(filter);
        query.extend_pairs([("per_page", &PER_PAGE.to_string()), ("page", &page.to_string())]);
        let route = format!("/repos/{}/pulls?{}", connection.repo, query.finish());
        let wires: Vec<WirePull> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        let last = wires.len() < PER_PAGE;
        for pull in wires.into_iter().filter_map(WirePull::own) {
            // one that was opened meanwhile has moved the others to the next page
            if !pulls.iter().any(|known| known.number == pull.number) {
                pulls.push(pull);
            }
        }
        if last {
            break;
        }
    }
    Ok(pulls)
}

/// Opens one.
pub(crate) async fn create(connection: &Connection, new: &NewPull<'_>) -> Result<OwnPull, Error> {
    let task = opening(connection, new);
    let body = json!({
        "head": new.head.as_str(),
        "base": new.base.as_str(),
        "title": new.title,
        "body": new.body,
    });
    let request = Request::post(connection.repo_url(["pulls"]), Effect::Write).json(&body);
    let request = request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    let answer = connection.send(&task, Manner::OneOfMany.of(request)).await?;
    let wire: WirePull = answer.json().map_err(|error| task.failed(error))?;
    wire.own().ok_or_else(|| task.unexpected("the answer is about another repository's branch"))
}

fn opening(connection: &Connection, new: &NewPull<'_>) -> Task {
    let NewPull { head, base, .. } = new;
    let doing = format!("open a pull request from `{head}` to `{base}` in `{}`", connection.repo);
    connection.task("pull-requests: write", doing)
}

/// Closes one. To do so twice changes nothing, so that it may be sent again.
pub(crate) async fn close(connection: &Connection, number: u64) -> Result<(), Error> {
    let task = connection
        .task("pull-requests: write", format!("close pull request #{number} of `{}`", connection.repo));
    let url = connection.repo_url(["pulls", &number.to_string()]);
    let request = Request::new(Method::PATCH, url, Effect::Read).json(&json!({ "state": "closed" }));
    connection.send(&task, Manner::OneOfMany.of(request)).await.map(drop)
}
