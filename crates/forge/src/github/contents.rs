//! Files at a commit. <https://docs.github.com/en/rest/repos/contents>

use http_body_util::BodyExt as _;

use crate::connection::Connection;
use crate::{CommitSha, Error};

/// A file's bytes; `None` when the commit has no such file.
pub(crate) async fn file(
    connection: &Connection,
    path: &str,
    at: &CommitSha,
) -> Result<Option<Vec<u8>>, Error> {
    let task = connection.task("contents: read", format!("read `{path}` of `{}` at `{at}`", connection.repo));
    let octocrab = connection.octocrab().await?;
    let repo = octocrab.repos(connection.repo.owner(), connection.repo.name());
    let answer = match repo.raw_file(at.to_string(), path).await.map_err(|error| task.octocrab(error)) {
        Ok(answer) => answer,
        Err(error) if error.status() == Some(404) => return Ok(None),
        Err(error) => return Err(error),
    };
    let body = answer.into_body().collect().await.map_err(|error| task.octocrab(error))?;
    Ok(Some(body.to_bytes().to_vec()))
}
