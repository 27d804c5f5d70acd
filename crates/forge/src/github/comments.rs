//! Comments on pull requests. <https://docs.github.com/en/rest/issues/comments>

use serde::Deserialize;
use serde_json::json;

use crate::Error;
use crate::connection::Connection;
use crate::model::Comment;

#[derive(Deserialize)]
struct WireComment {
    id: u64,
    body: Option<String>,
}

/// The first comment that begins with `marker`.
pub(crate) async fn find(
    connection: &Connection,
    number: u64,
    marker: &str,
) -> Result<Option<Comment>, Error> {
    let task = connection
        .task("pull-requests: read", format!("read the comments of #{number} of `{}`", connection.repo));
    for page in 1.. {
        let route = format!("/repos/{}/issues/{number}/comments?per_page=100&page={page}", connection.repo);
        let wires: Vec<WireComment> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        let last = wires.len() < 100;
        let comments = wires.into_iter().filter_map(|wire| Some(Comment { id: wire.id, body: wire.body? }));
        if let Some(found) = comments.into_iter().find(|comment| comment.body.starts_with(marker)) {
            return Ok(Some(found));
        }
        if last {
            break;
        }
    }
    Ok(None)
}

/// Leaves a new comment.
pub(crate) async fn create(connection: &Connection, number: u64, body: &str) -> Result<(), Error> {
    let task =
        connection.task("pull-requests: write", format!("comment on #{number} of `{}`", connection.repo));
    let route = format!("/repos/{}/issues/{number}/comments", connection.repo);
    let body = json!({ "body": body });
    let made = connection.github(&task, async |octocrab| octocrab.post(&route, Some(&body)).await);
    made.await.map(|_: WireComment| ())
}

/// Replaces a comment's text.
pub(crate) async fn update(connection: &Connection, id: u64, body: &str) -> Result<(), Error> {
    let task = connection.task("pull-requests: write", format!("edit comment {id} in `{}`", connection.repo));
    let route = format!("/repos/{}/issues/comments/{id}", connection.repo);
    let body = json!({ "body": body });
    let made = connection.github(&task, async |octocrab| octocrab.patch(&route, Some(&body)).await);
    made.await.map(|_: WireComment| ())
}
