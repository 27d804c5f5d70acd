//! Tag objects and refs. <https://docs.github.com/en/rest/git/tags>, <https://docs.github.com/en/rest/git/refs>

use domain::{CommitSha, TagName};
use jiff::Timestamp;
use octocrab::params::repos::Reference;
use serde::Deserialize;

use crate::connection::Connection;
use crate::tags::Failed;
use crate::{Annotation, Error, Tag};

/// Makes the tag object, then the ref that holds it. An object without a ref is nothing to anybody, so only the
/// second call decides.
pub(crate) async fn create(
    connection: &Connection,
    name: &TagName,
    commit: &CommitSha,
    message: &str,
) -> Result<Tag, Failed> {
    let task = connection.task("contents: write", format!("create tag `{name}` in `{}`", connection.repo));
    let (owner, repo) = (connection.repo.owner(), connection.repo.name());
    let made = connection.github(&task, async |octocrab| {
        octocrab.git(owner, repo).create_tag(name.as_str(), message, commit.as_str(), "commit").send().await
    });
    let object: CommitSha = made.await?.sha.parse().map_err(|invalid| task.unexpected(invalid))?;
    let reference = Reference::Tag(name.to_string());
    let made = connection.github(&task, async |octocrab| {
        octocrab.git(owner, repo).create_ref(&reference, object.as_str()).await
    });
    match made.await {
        Ok(_) => Ok(Tag { name: name.to_string(), object, commit: commit.clone() }),
        Err(error) => Err(Failed { error, object: Some(object) }),
    }
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
    let route = format!("/repos/{}/git/tags/{object}", connection.repo);
    let told: WireTagObject =
        connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
    Ok(Annotation { message: told.message, tagged_at: told.tagger.map(|tagger| tagger.date) })
}
