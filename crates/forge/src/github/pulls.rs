//! Single pull requests. <https://docs.github.com/en/rest/pulls/pulls>

use futures_util::future::try_join;
use jiff::Timestamp;
use serde::Deserialize;

use crate::connection::Connection;
use crate::model::{PullCommit, PullRequest, PullState, RecentPulls};
use crate::{CommitSha, Error};

/// A pull request as REST tells it; no more than is read here.
#[derive(Deserialize)]
pub(crate) struct WirePull {
    number: u64,
    title: String,
    html_url: String,
    state: String,
    merged_at: Option<Timestamp>,
    merge_commit_sha: Option<CommitSha>,
    base: WireBase,
    head: WireHead,
    labels: Vec<WireLabel>,
    updated_at: Timestamp,
}

#[derive(Deserialize)]
struct WireHead {
    #[serde(rename = "ref")]
    name: String,
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
    full_name: String,
}

#[derive(Deserialize)]
struct WireLabel {
    name: String,
}

impl WirePull {
    fn is_merged_into(&self, home: &str) -> bool {
        self.merged_at.is_some() && self.base.repo.full_name == home
    }
}

impl From<WirePull> for PullRequest {
    fn from(wire: WirePull) -> Self {
        // an open pull request's `merge_commit_sha` is a trial merge, which says nothing
        let state = match (wire.merged_at, wire.state.as_str()) {
            (Some(_), _) => PullState::Merged(wire.merge_commit_sha),
            (None, "open") => PullState::Open,
            (None, _) => PullState::Closed,
        };
        let home = wire.base.repo.full_name;
        let is_ours = wire.head.repo.is_some_and(|repo| repo.full_name == home);
        Self {
            number: wire.number,
            title: wire.title,
            url: wire.html_url,
            state,
            base: wire.base.name,
            head: is_ours.then_some(wire.head.name),
            merged_at: wire.merged_at,
            labels: wire.labels.into_iter().filter_map(|label| label.name.parse().ok()).collect(),
        }
    }
}

/// One pull request by its number; `None` when there is none, as for an issue's number.
pub(crate) async fn pull_request(connection: &Connection, number: u64) -> Result<Option<PullRequest>, Error> {
    let task = connection
        .task("pull-requests: read", format!("read pull request #{number} of `{}`", connection.repo));
    let route = format!("/repos/{}/pulls/{number}", connection.repo);
    match connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await {
        Ok(wire) => Ok(Some(WirePull::into(wire))),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The pull requests of one commit, however many, that were merged into the repository of the name `home`: forks
/// that share the commit tell theirs, too.
pub(crate) async fn merged_of(
    connection: &Connection,
    home: &str,
    commit: &CommitSha,
) -> Result<Vec<PullRequest>, Error> {
    let task = connection.task(
        "pull-requests: read",
        format!("read the pull requests of commit `{commit}` of `{}`", connection.repo),
    );
    let mut merged = Vec::new();
    for page in 1.. {
        let route = format!("/repos/{}/commits/{commit}/pulls?per_page=100&page={page}", connection.repo);
        let wires: Vec<WirePull> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        let last = wires.len() < 100;
        merged.extend(wires.into_iter().filter(|pull| pull.is_merged_into(home)).map(PullRequest::from));
        if last {
            break;
        }
    }
    Ok(merged)
}

/// The pull requests that were merged last into a branch or from it.
pub(crate) async fn merged_around(connection: &Connection, branch: &str) -> Result<RecentPulls, Error> {
    let head = format!("{}:{branch}", connection.repo.owner());
    let (into, from) =
        try_join(merged_last(connection, ("base", branch)), merged_last(connection, ("head", &head))).await?;
    let merged = into.merged.into_iter().chain(from.merged).collect();
    Ok(RecentPulls { merged, since: into.since.max(from.since) })
}

/// The merged ones among the closed pull requests that a filter lets through, the last updated first, as far as a
/// bounded number of pages tells.
async fn merged_last(connection: &Connection, (name, value): (&str, &str)) -> Result<RecentPulls, Error> {
    const MOST_PAGES: usize = 3;
    let task = connection
        .task("pull-requests: read", format!("list the closed pull requests of `{}`", connection.repo));
    let mut told = RecentPulls::default();
    for page in 1..=MOST_PAGES {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("state", "closed"), ("sort", "updated"), ("direction", "desc")]);
        query.extend_pairs([(name, value), ("per_page", "100"), ("page", &page.to_string())]);
        let route = format!("/repos/{}/pulls?{}", connection.repo, query.finish());
        let wires: Vec<WirePull> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        // a pull request was updated when it was merged, or later
        let oldest = wires.iter().map(|wire| wire.updated_at).min();
        told.since = oldest.filter(|_| wires.len() == 100);
        let merged = wires.into_iter().filter(|wire| wire.merged_at.is_some());
        told.merged.extend(merged.map(PullRequest::from));
        if told.since.is_none() {
            break;
        }
    }
    Ok(told)
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

/// The commits of a pull request before its merge; the API tells at most 250 of them.
pub(crate) async fn commits(connection: &Connection, number: u64) -> Result<Vec<PullCommit>, Error> {
    let task = connection.task(
        "pull-requests: read",
        format!("read the commits of pull request #{number} of `{}`", connection.repo),
    );
    let mut commits = Vec::new();
    for page in 1..=3 {
        let route = format!("/repos/{}/pulls/{number}/commits?per_page=100&page={page}", connection.repo);
        let wires: Vec<WirePullCommit> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        let last = wires.len() < 100;
        commits.extend(wires.into_iter().map(|wire| PullCommit {
            sha: wire.sha,
            subject: wire.commit.message.lines().next().unwrap_or_default().trim().to_owned(),
            authored_at: wire.commit.author.date,
        }));
        if last {
            break;
        }
    }
    Ok(commits)
}
