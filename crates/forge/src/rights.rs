//! Whether a token may do something, found out without doing it.
//!
//! A repository's own answer tells what its *user* may, and nothing of what a narrowed token or an app was given. Forges
//! look at permissions before they look at what is asked for: so what cannot be done by anybody tells who may try.

use http::Method;
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request};
use serde_json::json;

use crate::answer::{Absent, Answer};
use crate::connection::Connection;
use crate::dispatch::Manner;
use crate::{Dialect, Error};

/// A branch that nobody has.
const NOWHERE: &str = "probe/there-is-no-such-branch";
/// A commit that nobody has.
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// Something that a token may be allowed to do in a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right<'a> {
    /// Change its branches, and on GitHub send it events.
    Contents,
    /// Open pull requests that go to this branch.
    PullRequests(&'a str),
    /// Start this workflow.
    Workflow(&'a str),
}

/// Asks for something impossible.
pub(crate) async fn probe(connection: &Connection, right: Right<'_>) -> Result<Answer<()>, Error> {
    let dialect = connection.way.site.dialect;
    let (needs, path, body) = match (right, dialect) {
        (Right::Contents, Dialect::GitHub) => (
            "contents: write",
            vec!["git", "refs"],
            json!({ "ref": format!("refs/heads/{NOWHERE}"), "sha": NOTHING }),
        ),
        (Right::Contents, Dialect::Gitea) => (
            "contents: write",
            vec!["contents"],
            // where there is no branch at all, Gitea begins one with what is created: it refuses nothing but a deletion
            json!({ "branch": NOWHERE, "new_branch": format!("{NOWHERE}-either"), "message": "probe", "files": [
                { "operation": "delete", "path": "probe", "sha": NOTHING }
            ] }),
        ),
        (Right::PullRequests(base), _) => (
            "pull-requests: write",
            vec!["pulls"],
            json!({ "head": NOWHERE, "base": base, "title": "probe" }),
        ),
        (Right::Workflow(file), _) => (
            "actions: write",
            vec!["actions", "workflows", file, "dispatches"],
            json!({ "ref": format!("refs/heads/{NOWHERE}") }),
        ),
    };
    let task = connection.task(needs, format!("find out what the token may do in `{}`", connection.repo));
    let request = Request::new(Method::POST, connection.repo_url(path), Effect::Write).json(&body);
    let request = request.header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    let Err(error) = connection.send(&task, Manner::OneOfMany.of(request)).await else {
        return Ok(Answer::Done(()));
    };
    match (error.status(), dialect) {
        (Some(409 | 422), _) | (Some(404), Dialect::Gitea) => Ok(Answer::Done(())),
        _ => Answer::to(error, connection, Absent::Permission).await,
    }
}
