//! The repository itself, told in the same words by both forges.

use http_client::Request;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::model::Standing;

#[derive(Deserialize)]
struct WireRepository {
    archived: bool,
    permissions: Option<WirePermissions>,
}

#[derive(Deserialize)]
struct WirePermissions {
    push: bool,
}

/// What can be written to the repository, as far as one request tells.
pub(crate) async fn standing(connection: &Connection) -> Result<Standing, Error> {
    let task = connection.task("metadata: read", format!("read repository `{}`", connection.repo));
    let answer = connection.send(&task, Request::get(connection.repo_url([]))).await?;
    let repository: WireRepository = answer.json().map_err(|error| task.failed(error))?;
    let user_may_push = match repository.permissions {
        Some(permissions) if !connection.tokens.are_minted() => Some(permissions.push),
        _ => None,
    };
    Ok(Standing { archived: repository.archived, user_may_push })
}
