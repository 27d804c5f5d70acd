//! A commit by git's own objects: a tree on top of another one, a commit of it, and then the branch, which alone makes
//! it visible. <https://docs.github.com/en/rest/git>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::CommitSha;
use futures_util::future::try_join;
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Error;
use crate::changes::{Failed, FileChange, NewCommit};
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::error::Task;

/// What a new file is: a plain one.
const PLAIN: &str = "100644";

#[derive(Deserialize)]
struct WireCommit {
    tree: WireObject,
}

#[derive(Deserialize)]
struct WireObject {
    sha: CommitSha,
}

#[derive(Deserialize)]
struct WireTree {
    tree: Vec<WireEntry>,
    truncated: bool,
}

#[derive(Deserialize)]
struct WireEntry {
    path: String,
    mode: String,
    sha: String,
}

/// Makes the commit and the branch.
pub(crate) async fn commit(connection: &Connection, new: &NewCommit<'_>) -> Result<CommitSha, Failed> {
    let doing = format!("commit to branch `{}` of `{}`", new.branch, connection.repo);
    let task = connection.task("contents: write", doing);
    let (root, present) = try_join(root(connection, &task, new.at), files(connection, &task, new)).await?;
    let mut entries = Vec::new();
    for file in new.files {
        let there = present.get(file.path.as_str());
        if there.map(|(_, blob)| blob) != file.blob_before().as_ref() {
            return Err(Failed::Stale(format!("`{}` is not what it was at `{}`", file.path, new.at)));
        }
        let mode = there.map_or(PLAIN, |(mode, _)| mode);
        entries.push(entry(connection, &task, file, mode).await?);
    }
    let tree = json!({ "base_tree": root.as_str(), "tree": entries });
    let tree: WireObject = object(connection, &task, "trees", &tree).await?;
    let commit = json!({ "message": new.message, "tree": tree.sha.as_str(), "parents": [new.at.as_str()] });
    let commit: WireObject = object(connection, &task, "commits", &commit).await?;
    let reference = json!({ "ref": new.branch.full_ref(), "sha": commit.sha.as_str() });
    match send(connection, &task, "refs", &reference, Effect::Write).await {
        Ok::<Value, _>(_) => Ok(commit.sha),
        Err(error) => Err(Failed::Call(error, Some(commit.sha))),
    }
}

/// The tree of a commit.
async fn root(connection: &Connection, task: &Task, at: &CommitSha) -> Result<CommitSha, Error> {
    let url = connection.repo_url(["git", "commits", at.as_str()]);
    let commit: WireCommit = connection
        .send(task, accepting(Request::get(url)))
        .await?
        .json()
        .map_err(|error| task.failed(error))?;
    Ok(commit.tree.sha)
}

/// Mode and blob of the files that are to change and are there.
async fn files(
    connection: &Connection,
    task: &Task,
    new: &NewCommit<'_>,
) -> Result<BTreeMap<String, (String, String)>, Error> {
    let mut url = connection.repo_url(["git", "trees", new.at.as_str()]);
    url.query_pairs_mut().append_pair("recursive", "1");
    let answer = connection.send(task, accepting(Request::get(url))).await?;
    let tree: WireTree = answer.json().map_err(|error| task.failed(error))?;
    let wanted = |entry: &WireEntry| new.files.iter().any(|file| file.path == entry.path);
    let found: BTreeMap<_, _> =
        tree.tree.into_iter().filter(wanted).map(|entry| (entry.path, (entry.mode, entry.sha))).collect();
    if tree.truncated && found.len() < new.files.len() {
        return Err(task.unexpected("the repository has more files than GitHub lists at once"));
    }
    Ok(found)
}

/// The entry of a changed file. What is no text is sent ahead, since an entry can only hold text.
async fn entry(connection: &Connection, task: &Task, file: &FileChange, mode: &str) -> Result<Value, Error> {
    let path = file.path.as_str();
    if let Ok(text) = std::str::from_utf8(&file.after) {
        return Ok(json!({ "path": path, "mode": mode, "type": "blob", "content": text }));
    }
    let blob = json!({ "content": BASE64_STANDARD.encode(&file.after), "encoding": "base64" });
    let blob: WireObject = object(connection, task, "blobs", &blob).await?;
    Ok(json!({ "path": path, "mode": mode, "type": "blob", "sha": blob.sha.as_str() }))
}

/// Makes an object. One that no ref holds is nothing to anybody, so it may be made again.
async fn object<T: DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    kind: &str,
    body: &Value,
) -> Result<T, Error> {
    send(connection, task, kind, body, Effect::Read).await
}

async fn send<T: DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    kind: &str,
    body: &Value,
    effect: Effect,
) -> Result<T, Error> {
    let request = Request::post(connection.repo_url(["git", kind]), effect).json(body);
    let answer = connection.send(task, Manner::OneOfMany.of(accepting(request))).await?;
    answer.json().map_err(|error| task.failed(error))
}

fn accepting(request: Request) -> Request {
    request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"))
}
