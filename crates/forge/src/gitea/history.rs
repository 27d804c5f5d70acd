//! What came since the last release, by the commit list's `not` parameter, which is far cheaper here than the
//! comparison that the forge also offers.

use futures_util::future::{try_join, try_join3};
use jiff::Timestamp;
use serde::Deserialize;

use super::{pages, pulls};
use crate::connection::Connection;
use crate::model::{ChangedPaths, Commit, History, Relation};
use crate::{CommitSha, Error, Files};

#[derive(Deserialize)]
struct WireCommit {
    sha: CommitSha,
    commit: WireGitCommit,
    parents: Option<Vec<WireParent>>,
    files: Option<Vec<WireFile>>,
}

#[derive(Deserialize)]
struct WireGitCommit {
    message: String,
    author: WireSignature,
    committer: WireSignature,
}

#[derive(Deserialize)]
struct WireSignature {
    date: Timestamp,
}

#[derive(Deserialize)]
struct WireParent {
    sha: CommitSha,
}

#[derive(Deserialize)]
struct WireFile {
    filename: String,
}

impl From<WireCommit> for Commit {
    fn from(wire: WireCommit) -> Self {
        Self {
            sha: wire.sha,
            parents: wire.parents.into_iter().flatten().map(|parent| parent.sha).collect(),
            message: wire.commit.message,
            authored_at: wire.commit.author.date,
            committed_at: wire.commit.committer.date,
            pull_requests: Vec::new(),
        }
    }
}

/// Commits and recently closed pull requests are asked for side by side, and so is whether the base has anything
/// that the head has not.
pub(crate) async fn history(
    connection: &Connection,
    base: Option<&CommitSha>,
    head: &CommitSha,
    files: Files,
) -> Result<History, Error> {
    let Some(base) = base else {
        let (wire, closed) = try_join(one(connection, head), pulls::recently_closed(connection, 1)).await?;
        let mut commits = vec![Commit::from(wire)];
        let recent = pulls::recent(&closed);
        pulls::tie(connection, &mut commits, closed).await?;
        let changed = ChangedPaths::Unknown("there is no earlier release to compare with");
        return Ok(History { relation: Relation::Ahead, commits, changed, recent });
    };
    let (wires, closed, base_only) = try_join3(
        range(connection, head, base, files),
        pulls::recently_closed(connection, 1),
        has_any(connection, base, head),
    )
    .await?;
    let relation = match (wires.is_empty(), base_only) {
        (true, false) => Relation::Same,
        (true, true) => Relation::Behind,
        (false, false) => Relation::Ahead,
        (false, true) => Relation::Diverged,
    };
    let changed = match files {
        Files::Needed => changed(&wires),
        Files::NotNeeded => ChangedPaths::NotAsked,
    };
    let mut commits: Vec<Commit> = wires.into_iter().map(Commit::from).collect();
    let recent = pulls::recent(&closed);
    pulls::tie(connection, &mut commits, closed).await?;
    Ok(History { relation, commits, changed, recent })
}

/// Whether `commit` is `head` or one of its ancestors.
pub(crate) async fn contains(
    connection: &Connection,
    head: &CommitSha,
    commit: &CommitSha,
) -> Result<bool, Error> {
    Ok(!has_any(connection, commit, head).await?)
}

/// Gitea tells the files of each commit; their union holds every file of the range.
fn changed(wires: &[WireCommit]) -> ChangedPaths {
    let mut names = Vec::new();
    for wire in wires {
        match &wire.files {
            Some(files) => names.extend(files.iter().map(|file| file.filename.clone())),
            // a merge without conflicts changes nothing that its side's commits do not tell
            None if wire.parents.as_ref().is_some_and(|parents| parents.len() > 1) => {}
            None => return ChangedPaths::Unknown("Gitea did not tell the files of every commit"),
        }
    }
    names.sort_unstable();
    names.dedup();
    ChangedPaths::Known(names)
}

fn list(connection: &Connection, head: &CommitSha, base: Option<&CommitSha>, files: Files) -> url::Url {
    let mut url = connection.repo_url(["commits"]);
    let files = if files == Files::Needed { "true" } else { "false" };
    url.query_pairs_mut()
        .append_pair("sha", head.as_str())
        .append_pair("stat", "false")
        .append_pair("verification", "false")
        .append_pair("files", files);
    if let Some(base) = base {
        url.query_pairs_mut().append_pair("not", base.as_str());
    }
    url
}

fn task(connection: &Connection) -> crate::error::Task {
    connection.task("contents: read", format!("list the commits of `{}`", connection.repo))
}

async fn range(
    connection: &Connection,
    head: &CommitSha,
    base: &CommitSha,
    files: Files,
) -> Result<Vec<WireCommit>, Error> {
    pages::all_commits(connection, &task(connection), &list(connection, head, Some(base), files)).await
}

/// Whether `head` has any commit that `base` has not.
async fn has_any(connection: &Connection, head: &CommitSha, base: &CommitSha) -> Result<bool, Error> {
    let list = list(connection, head, Some(base), Files::NotNeeded);
    let page: pages::Page<WireCommit> = pages::page(connection, &task(connection), &list, 1).await?;
    Ok(!page.items.is_empty())
}

async fn one(connection: &Connection, head: &CommitSha) -> Result<WireCommit, Error> {
    let task = task(connection);
    let list = list(connection, head, None, Files::NotNeeded);
    let page: pages::Page<WireCommit> = pages::page(connection, &task, &list, 1).await?;
    page.items
        .into_iter()
        .find(|commit| commit.sha == *head)
        .ok_or_else(|| task.unexpected(format!("`{head}` is not the first of its own history")))
}
