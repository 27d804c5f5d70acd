//! The repository itself, told in the same words by both forges.

use http_client::Request;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;

#[derive(Deserialize)]
struct WireRepository {
    archived: bool,
}

/// Whether the repository is archived.
pub(crate) async fn is_archived(connection: &Connection) -> Result<bool, Error> {
    let task = connection.task("metadata: read", format!("read repository `{}`", connection.repo));
    let answer = connection.send(&task, Request::get(connection.repo_url([]))).await?;
    let repository: WireRepository = answer.json().map_err(|error| task.failed(error))?;
    Ok(repository.archived)
}
