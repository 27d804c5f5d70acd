//! An organisation's repositories.
//! <https://docs.github.com/en/rest/repos/repos#list-organization-repositories>

use futures_util::future::try_join_all;
use http_client::{Request, Response};
use url::Url;

use crate::Error;
use crate::error::Task;
use crate::owner::Owner;
use crate::repository::{RepositoryState, WireRepository};
use crate::way::Way;

const PER_PAGE: usize = 100;

/// Every repository of the organisation that the token may see: the first page tells how many pages there are, and
/// the others are asked for together.
pub(crate) async fn of_organisation(
    way: &Way,
    org: &Owner,
    task: &Task,
) -> Result<Vec<RepositoryState>, Error> {
    let first = page(way, org, task, 1).await?;
    let last = first.header("link").and_then(last_page).unwrap_or(1);
    let more = try_join_all((2..=last).map(|number| page(way, org, task, number))).await?;
    let mut found: Vec<RepositoryState> = Vec::new();
    for answer in std::iter::once(first).chain(more) {
        let wires: Vec<WireRepository> = answer.json().map_err(|error| task.failed(error))?;
        for wire in wires {
            let state = wire.state(task, way.tokens.are_a_users())?;
            // one that was made meanwhile has moved others to the next page
            if !found.iter().any(|known| known.id == state.id) {
                found.push(state);
            }
        }
    }
    Ok(found)
}

async fn page(way: &Way, org: &Owner, task: &Task, number: usize) -> Result<Response, Error> {
    let mut url = way.site.api_path(["orgs", org.as_str(), "repos"]);
    url.query_pairs_mut()
        .append_pair("type", "all")
        .append_pair("sort", "full_name")
        .append_pair("per_page", &PER_PAGE.to_string())
        .append_pair("page", &number.to_string());
    way.send(task, Request::get(url)).await
}

/// The number of the last page, from a `Link` header ([RFC 8288](https://www.rfc-editor.org/rfc/rfc8288)).
fn last_page(links: &str) -> Option<usize> {
    let last = links.split(',').find(|link| link.contains("rel=\"last\""))?;
    let url = last.split('<').nth(1)?.split('>').next()?;
    let url: Url = url.parse().ok()?;
    url.query_pairs().find(|(name, _)| name == "page")?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_is_the_one_that_is_called_so() {
        let links = "<https://h/organizations/1/repos?per_page=100&page=2>; rel=\"next\", <https://h/organizations/1/repos?per_page=100&page=11>; rel=\"last\"";
        assert_eq!(last_page(links), Some(11));
        assert_eq!(last_page("<https://h/?page=1>; rel=\"first\""), None);
    }
}
