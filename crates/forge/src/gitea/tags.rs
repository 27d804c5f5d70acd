//! Tags.

use domain::{CommitSha, TagName};
use http_client::{Effect, Request};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::connection::Connection;
use crate::{Annotation, Error, Tag};

#[derive(Deserialize)]
struct WireTag {
    id: CommitSha,
    commit: WireCommit,
}

#[derive(Deserialize)]
struct WireCommit {
    sha: CommitSha,
}

/// Makes an annotated tag. The answer's `id` is the tag object, its commit is peeled.
pub(crate) async fn create(
    connection: &Connection,
    name: &TagName,
    commit: &CommitSha,
    message: &str,
) -> Result<Tag, Error> {
    let task = connection.task("contents: write", format!("create tag `{name}` in `{}`", connection.repo));
    let body = json!({ "tag_name": name.as_str(), "target": commit.as_str(), "message": message });
    let request = Request::post(connection.repo_url(["tags"]), Effect::Write).json(&body);
    let made: WireTag = connection.send(&task, request).await?.json().map_err(|error| task.failed(error))?;
    if made.commit.sha != *commit {
        return Err(task.unexpected(format!("it was made at `{}`", made.commit.sha)));
    }
    Ok(Tag { name: name.to_string(), object: made.id, commit: made.commit.sha })
}

#[derive(Deserialize)]
struct WireTagObject {
    message: String,
    tagger: Option<WireTagger>,
}

#[derive(Deserialize)]
struct WireTagger {
    date: Timestamp,
}

/// What the tag object tells.
pub(crate) async fn annotation(
    connection: &Connection,
    name: &TagName,
    object: &CommitSha,
) -> Result<Annotation, Error> {
    let task = connection.task("contents: read", format!("read tag `{name}` of `{}`", connection.repo));
    let url = connection.repo_url(["git", "tags", object.as_str()]);
    let told: WireTagObject =
        connection.send(&task, Request::get(url)).await?.json().map_err(|error| task.failed(error))?;
    Ok(Annotation { message: told.message, tagged_at: told.tagger.map(|tagger| tagger.date) })
}

#[derive(Deserialize)]
struct WireRelease {
    draft: bool,
    html_url: String,
}

/// The page of a draft release of this name, which keeps the name from being tagged while no tag is there.
pub(crate) async fn draft_release(connection: &Connection, name: &TagName) -> Result<Option<String>, Error> {
    let task = connection.task("contents: read", format!("look for a draft release of `{name}`"));
    let url = connection.repo_url(["releases", "tags", name.as_str()]);
    match connection.send(&task, Request::get(url)).await {
        Ok(answer) => {
            let release: WireRelease = answer.json().map_err(|error| task.failed(error))?;
            Ok(release.draft.then_some(release.html_url))
        }
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}
