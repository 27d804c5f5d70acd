//! A commit on a new branch, in one request.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::CommitSha;
use http_client::{Effect, Request};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::changes::{Failed, FileChange, NewCommit};
use crate::connection::Connection;
use crate::dispatch::Manner;

#[derive(Deserialize)]
struct WireChange {
    commit: WireObject,
}

#[derive(Deserialize)]
struct WireObject {
    sha: CommitSha,
}

/// Makes the branch with the commit.
///
/// The base can be named by its branch only. What guards against another commit there is that every file tells the
/// blob that it was: without it Gitea overwrites in silence.
pub(crate) async fn commit(connection: &Connection, new: &NewCommit<'_>) -> Result<CommitSha, Failed> {
    let doing = format!("commit to branch `{}` of `{}`", new.branch, connection.repo);
    let task = connection.task("contents: write", doing);
    let files: Vec<_> = new.files.iter().map(operation).collect();
    let body = json!({
        "branch": new.base.as_str(),
        "new_branch": new.branch.as_str(),
        "message": new.message,
        "files": files,
    });
    let request = Request::post(connection.repo_url(["contents"]), Effect::Write).json(&body);
    let answer =
        connection.send(&task, Manner::OneOfMany.of(request)).await.map_err(|error| match said(&error) {
            Some(what) => Failed::Stale(what),
            None => Failed::Call(error, None),
        })?;
    let change: WireChange = answer.json().map_err(|error| task.failed(error))?;
    Ok(change.commit.sha)
}

fn operation(file: &FileChange) -> Value {
    let content = BASE64_STANDARD.encode(&file.after);
    match file.blob_before() {
        Some(blob) => json!({ "operation": "update", "path": file.path, "content": content, "sha": blob }),
        None => json!({ "operation": "create", "path": file.path, "content": content }),
    }
}

/// What Gitea says of a file that is not what it was.
fn said(error: &Error) -> Option<String> {
    let refusal = error.http()?.refusal()?;
    let stale = ["sha does not match", "repository file already exists", "object does not exist"];
    let message = refusal.message.as_deref()?;
    (matches!(refusal.status.as_u16(), 404 | 422) && stale.iter().any(|words| message.contains(words)))
        .then(|| message.to_owned())
}

#[derive(Deserialize)]
struct WireCommit {
    commit: WireMessage,
    parents: Vec<WireObject>,
}

#[derive(Deserialize)]
struct WireMessage {
    message: String,
}

/// Whether a commit is the one that was to be made: its message, and one parent, which may be a newer one than the files
/// were read at.
pub(crate) async fn is_of(
    connection: &Connection,
    new: &NewCommit<'_>,
    commit: &CommitSha,
) -> Result<bool, Error> {
    let task = connection.task("contents: read", format!("read commit `{commit}` of `{}`", connection.repo));
    let mut url = connection.repo_url(["git", "commits", commit.as_str()]);
    for part in ["stat", "verification", "files"] {
        url.query_pairs_mut().append_pair(part, "false");
    }
    let found: WireCommit =
        connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
    let same = found.commit.message.trim_end() == new.message.trim_end();
    Ok(same && found.parents.len() == 1)
}
