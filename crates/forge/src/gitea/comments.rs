//! Comments on pull requests.

use http::Method;
use http_client::{Effect, Request};
use serde::Deserialize;
use serde_json::json;

use crate::Error;
use crate::connection::Connection;
use crate::model::Comment;

#[derive(Deserialize)]
struct WireComment {
    id: u64,
    body: String,
}

/// The first comment that begins with `marker`. Gitea tells all comments at once.
pub(crate) async fn find(
    connection: &Connection,
    number: u64,
    marker: &str,
) -> Result<Option<Comment>, Error> {
    let task = connection
        .task("pull-requests: read", format!("read the comments of #{number} of `{}`", connection.repo));
    let url = connection.repo_url(["issues", &number.to_string(), "comments"]);
    let wires: Vec<WireComment> =
        connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
    let comments = wires.into_iter().map(|wire| Comment { id: wire.id, body: wire.body });
    Ok(comments.into_iter().find(|comment| comment.body.starts_with(marker)))
}

/// Leaves a new comment.
pub(crate) async fn create(connection: &Connection, number: u64, body: &str) -> Result<(), Error> {
    let task =
        connection.task("pull-requests: write", format!("comment on #{number} of `{}`", connection.repo));
    let url = connection.repo_url(["issues", &number.to_string(), "comments"]);
    let request = Request::post(url, Effect::Write).json(&json!({ "body": body }));
    connection.send(&task, request).await.map(drop)
}

/// Replaces a comment's text.
pub(crate) async fn update(connection: &Connection, id: u64, body: &str) -> Result<(), Error> {
    let task = connection.task("pull-requests: write", format!("edit comment {id} in `{}`", connection.repo));
    let url = connection.repo_url(["issues", "comments", &id.to_string()]);
    let request = Request::new(Method::PATCH, url, Effect::Write).json(&json!({ "body": body }));
    connection.send(&task, request).await.map(drop)
}
