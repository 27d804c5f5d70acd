//! Events of our own: `repository_dispatch`.
//! <https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event>

use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request};
use serde_json::{Map, Value, json};

use crate::Error;
use crate::answer::{Absent, Answer};
use crate::connection::Connection;

/// Sends an event. What it starts is not told.
pub(crate) async fn send(
    connection: &Connection,
    event: &str,
    payload: &Map<String, Value>,
) -> Result<Answer<()>, Error> {
    let task = connection.task("contents: write", format!("send event `{event}` to `{}`", connection.repo));
    let body = json!({ "event_type": event, "client_payload": payload });
    let request = Request::post(connection.repo_url(["dispatches"]), Effect::Write).json(&body);
    let request = request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    match connection.send(&task, request.refuse_redirects().tell_limits()).await {
        Ok(_) => Ok(Answer::Done(())),
        Err(error) => Answer::to(error, connection, Absent::Permission).await,
    }
}
