//! Commits with their pull requests, by GraphQL: one query for a hundred, and for the last merges along with them.
//! REST tells of a pull request ten times as much as is read of it.
//! <https://docs.github.com/en/graphql/reference/objects#commit>

use std::collections::BTreeMap;
use std::fmt::Write as _;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pulls;
use crate::connection::Connection;
use crate::error::Task;
use crate::model::{Commit, PullRequest, PullState, RecentPulls};
use crate::{CommitSha, Error};

/// How many commits one query asks for, and how many merges.
pub(crate) const PER_QUERY: usize = 100;

/// How many pull requests of one commit are told at once. A commit of more is rare, and asked for by itself:
/// what a query costs of the token's quota grows with this number.
const PULLS_PER_COMMIT: usize = 5;

fn fragment() -> String {
    format!(
        "fragment commit on Commit {{
            oid message authoredDate committedDate
            parents(first: 10) {{ nodes {{ oid }} }}
            associatedPullRequests(first: {PULLS_PER_COMMIT}) {{
                totalCount
                nodes {{ ...pull }}
            }}
        }}
        fragment pull on PullRequest {{
            number title url merged updatedAt
            mergeCommit {{ oid }}
            headRefName isCrossRepository mergedAt
            baseRefName baseRepository {{ nameWithOwner }}
            labels(first: 100) {{ nodes {{ name }} }}
        }}"
    )
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Option<Vec<Option<T>>>,
}

impl<T> Nodes<T> {
    fn into_iter(self) -> impl Iterator<Item = T> {
        self.nodes.into_iter().flatten().flatten()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCommit {
    oid: CommitSha,
    message: String,
    authored_date: Timestamp,
    committed_date: Timestamp,
    parents: Nodes<WireOid>,
    associated_pull_requests: Option<WirePulls>,
}

#[derive(Deserialize)]
struct WireOid {
    oid: CommitSha,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePulls {
    total_count: usize,
    #[serde(flatten)]
    page: Nodes<WirePull>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePull {
    number: u64,
    title: String,
    url: String,
    merged: bool,
    merge_commit: Option<WireOid>,
    base_ref_name: String,
    base_repository: Option<WireName>,
    head_ref_name: String,
    is_cross_repository: bool,
    merged_at: Option<Timestamp>,
    updated_at: Timestamp,
    labels: Option<Nodes<WireLabel>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireName {
    name_with_owner: String,
}

impl WirePull {
    /// Whether it was merged into the repository of this name, and not into a fork that shares the commit.
    fn is_merged_into(&self, home: &str) -> bool {
        self.merged && self.base_repository.as_ref().is_some_and(|base| base.name_with_owner == home)
    }
}

#[derive(Deserialize)]
struct WireLabel {
    name: String,
}

#[derive(Deserialize)]
struct Newest {
    repository: Option<WireRepository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRepository {
    // absent in half an answer, which must stay readable for the error beside it
    name_with_owner: Option<String>,
    object: Option<WireHead>,
    pull_requests: Option<Nodes<WirePull>>,
}

#[derive(Deserialize)]
struct WireHead {
    history: Option<Nodes<WireCommit>>,
}

#[derive(Deserialize)]
struct ById {
    repository: Option<WireObjects>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireObjects {
    name_with_owner: Option<String>,
    #[serde(flatten)]
    objects: BTreeMap<String, Option<WireCommit>>,
}

impl From<WirePull> for PullRequest {
    fn from(wire: WirePull) -> Self {
        let labels = wire.labels.into_iter().flat_map(Nodes::into_iter);
        Self {
            number: wire.number,
            title: wire.title,
            url: wire.url,
            state: PullState::Merged(wire.merge_commit.map(|commit| commit.oid)),
            base: wire.base_ref_name,
            head: (!wire.is_cross_repository).then_some(wire.head_ref_name),
            merged_at: wire.merged_at,
            labels: labels.filter_map(|label| label.name.parse().ok()).collect(),
        }
    }
}

/// The newest commits that `head` reaches, itself the first, and the pull requests that were merged last.
///
/// At most [`PER_QUERY`] commits are told.
pub(crate) async fn newest(
    connection: &Connection,
    head: &CommitSha,
    commits: usize,
) -> Result<(Vec<Commit>, RecentPulls), Error> {
    let query = format!(
        "query($owner: String!, $name: String!, $head: GitObjectID!) {{
            repository(owner: $owner, name: $name) {{
                nameWithOwner
                object(oid: $head) {{ ... on Commit {{ history(first: {commits}) {{ nodes {{ ...commit }} }} }} }}
                pullRequests(first: {PER_QUERY}, states: MERGED, orderBy: {{ field: UPDATED_AT, direction: DESC }}) {{
                    nodes {{ ...pull }}
                }}
            }}
        }} {}",
        fragment()
    );
    let task = task(connection);
    let data: Newest = ask(connection, &task, &query, json!({ "head": head.as_str() })).await?;
    let WireRepository { name_with_owner, object, pull_requests } =
        data.repository.ok_or_else(|| task.unexpected("there is no word about it"))?;
    let merged = pull_requests.ok_or_else(|| task.unexpected("its pull requests are not told"))?;
    let history = object.and_then(|object| object.history);
    let history = history.ok_or_else(|| task.unexpected(format!("there is no commit `{head}` in it")))?;
    let home = name_with_owner.ok_or_else(|| task.unexpected("its name is not told"))?;
    let commits = complete(connection, &home, history.into_iter().collect()).await?;
    Ok((commits, recent(merged.into_iter().collect())))
}

fn recent(wires: Vec<WirePull>) -> RecentPulls {
    // a pull request was updated when it was merged, or later
    let oldest = wires.iter().map(|wire| wire.updated_at).min();
    let since = oldest.filter(|_| wires.len() >= PER_QUERY);
    RecentPulls { merged: wires.into_iter().map(PullRequest::from).collect(), since }
}

/// These commits, in any order. All are asked for at once, a hundred to a query.
pub(crate) async fn by_id(connection: &Connection, commits: &[CommitSha]) -> Result<Vec<Commit>, Error> {
    let batches = try_join_all(commits.chunks(PER_QUERY).map(|batch| batch_by_id(connection, batch))).await?;
    Ok(batches.into_iter().flatten().collect())
}

async fn batch_by_id(connection: &Connection, batch: &[CommitSha]) -> Result<Vec<Commit>, Error> {
    let mut objects = String::new();
    for (at, commit) in batch.iter().enumerate() {
        write!(objects, " c{at}: object(oid: \"{commit}\") {{ ...commit }}")
            .expect("a String takes all text");
    }
    let query = format!(
        "query($owner: String!, $name: String!) {{ repository(owner: $owner, name: $name) {{ nameWithOwner{objects} }} }} {}",
        fragment()
    );
    let task = task(connection);
    let data: ById = ask(connection, &task, &query, json!({})).await?;
    let WireObjects { name_with_owner, objects } =
        data.repository.ok_or_else(|| task.unexpected("there is no word about it"))?;
    let commits: Vec<WireCommit> = objects.into_values().flatten().collect();
    if commits.len() != batch.len() {
        return Err(task.unexpected(format!(
            "{} commits were asked for and {} told",
            batch.len(),
            commits.len()
        )));
    }
    let home = name_with_owner.ok_or_else(|| task.unexpected("its name is not told"))?;
    complete(connection, &home, commits).await
}

fn task(connection: &Connection) -> Task {
    connection.task(
        "contents: read` and `pull-requests: read",
        format!("read the commits of `{}` with their pull requests", connection.repo),
    )
}

async fn ask<T: serde::de::DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    query: &str,
    mut variables: Value,
) -> Result<T, Error> {
    variables["owner"] = connection.repo.owner().into();
    variables["name"] = connection.repo.name().into();
    let asked = json!({ "query": query, "variables": variables });
    // octocrab takes an answer with `errors` for a failure even when there is data beside them: half an answer
    // would be a pull request less
    connection.github(task, async |octocrab| octocrab.graphql(&asked).await).await
}

/// Adds what the query left out: a null look-up is a failure, and a commit of many pull requests is asked for.
///
/// `home` is the repository's name as it is now, which a pull request's base must be: the look-up tells those of
/// forks as well, and their labels are somebody else's.
async fn complete(connection: &Connection, home: &str, wires: Vec<WireCommit>) -> Result<Vec<Commit>, Error> {
    try_join_all(wires.into_iter().map(async |wire| {
        let Some(told) = wire.associated_pull_requests else {
            return Err(
                task(connection).unexpected(format!("no word about the pull requests of `{}`", wire.oid))
            );
        };
        let pull_requests = if told.total_count > PULLS_PER_COMMIT {
            pulls::merged_of(connection, home, &wire.oid).await?
        } else {
            let pulls = told.page.into_iter().filter(|pull| pull.is_merged_into(home));
            pulls.map(PullRequest::from).collect()
        };
        Ok(Commit {
            sha: wire.oid,
            parents: wire.parents.into_iter().map(|parent| parent.oid).collect(),
            message: wire.message,
            authored_at: wire.authored_date,
            committed_at: wire.committed_date,
            pull_requests,
        })
    }))
    .await
}
