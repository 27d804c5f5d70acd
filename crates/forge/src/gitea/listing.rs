//! An organisation's repositories.

use http_client::Request;

use crate::Error;
use crate::error::Task;
use crate::owner::Owner;
use crate::repository::{RepositoryState, WireRepository};
use crate::way::Way;

const PER_PAGE: usize = 50;

/// Every repository of the organisation that the token may see. The count that comes along counts the hidden ones as
/// well, so only an empty page is the end.
pub(crate) async fn of_organisation(
    way: &Way,
    org: &Owner,
    task: &Task,
) -> Result<Vec<RepositoryState>, Error> {
    let mut found = Vec::new();
    for number in 1_usize.. {
        let mut url = way.site.api_path(["orgs", org.as_str(), "repos"]);
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", &PER_PAGE.to_string()).append_pair("page", &number.to_string());
        drop(query);
        let answer = way.send(task, Request::get(url)).await?;
        let more = answer.header("link").is_some_and(|link| link.contains("rel=\"next\""));
        let page: Vec<WireRepository> = answer.json().map_err(|error| task.failed(error))?;
        for wire in page {
            found.push(wire.state(task, way.tokens.are_a_users())?);
        }
        if !more {
            break;
        }
    }
    Ok(found)
}
