//! Tag objects and refs. <https://docs.github.com/en/rest/git/tags>, <https://docs.github.com/en/rest/git/refs>

use domain::{CommitSha, TagName};
use octocrab::params::repos::Reference;

use crate::connection::Connection;
use crate::tags::Failed;
use crate::{Error, Tag};

/// Makes the tag object, then the ref that holds it. An object without a ref is nothing to anybody, so only the
/// second call decides.
pub(crate) async fn create(
    connection: &Connection,
    name: &TagName,
    commit: &CommitSha,
    message: &str,
) -> Result<Tag, Failed> {
    let task = connection.task("contents: write", format!("create tag `{name}` in `{}`", connection.repo));
    let octocrab = connection.octocrab().await?;
    let git = octocrab.git(connection.repo.owner(), connection.repo.name());
    let made = git
        .create_tag(name.as_str(), message, commit.as_str(), "commit")
        .send()
        .await
        .map_err(|error| task.octocrab(error))?;
    let object: CommitSha = made.sha.parse().map_err(|invalid| task.unexpected(invalid))?;
    match git.create_ref(&Reference::Tag(name.to_string()), object.as_str()).await {
        Ok(_) => Ok(Tag { name: name.to_string(), object, commit: commit.clone() }),
        Err(error) => Err(Failed { error: task.octocrab(error), object: Some(object) }),
    }
}

/// The message of the tag object.
pub(crate) async fn message(
    connection: &Connection,
    name: &TagName,
    object: &CommitSha,
) -> Result<String, Error> {
    let task = connection.task("contents: read", format!("read tag `{name}` of `{}`", connection.repo));
    let octocrab = connection.octocrab().await?;
    let tag = octocrab
        .git(connection.repo.owner(), connection.repo.name())
        .get_tag(object.as_str())
        .await
        .map_err(|error| task.octocrab(error))?;
    Ok(tag.message)
}
