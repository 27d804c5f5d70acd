//! Lists that come in pages, of a size that the instance caps (50 by default, `[api] MAX_RESPONSE_ITEMS`).

use futures_util::future::try_join_all;
use http_client::Request;
use serde::de::DeserializeOwned;
use url::Url;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::model::MOST_COMMITS;

const PER_PAGE: usize = 50;

/// One page of a list, and how long the list is.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
}

/// A page by its number, from 1. `limit` is always sent with `page`: alone it is ignored.
pub(super) async fn page<T: DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    list: &Url,
    number: usize,
) -> Result<Page<T>, Error> {
    let mut url = list.clone();
    url.query_pairs_mut()
        .append_pair("limit", &PER_PAGE.to_string())
        .append_pair("page", &number.to_string());
    let answer = connection.send(task, Request::get(url)).await?;
    let items: Vec<T> = answer.json().map_err(|error| task.failed(error))?;
    let total = answer.header("x-total-count").or_else(|| answer.header("x-total"));
    let total = match total.map(str::parse) {
        Some(Ok(total)) => total,
        Some(Err(_)) | None if items.is_empty() => 0,
        _ => return Err(task.unexpected("the answer does not tell how long the list is")),
    };
    Ok(Page { items, total })
}

/// The whole list of commits: its first page, then all others side by side.
pub(super) async fn all_commits<T: DeserializeOwned>(
    connection: &Connection,
    task: &Task,
    list: &Url,
) -> Result<Vec<T>, Error> {
    let first: Page<T> = page(connection, task, list, 1).await?;
    let size = first.items.len();
    let mut items = first.items;
    if size == 0 || size >= first.total {
        return Ok(items);
    }
    if first.total > MOST_COMMITS {
        return Err(task.too_long(first.total));
    }
    // the first page's length is the size that the instance really gives
    let pages = 2..=first.total.div_ceil(size);
    for page in try_join_all(pages.map(|number| page(connection, task, list, number))).await? {
        items.extend(page.items);
    }
    if items.len() < first.total {
        return Err(task.unexpected(format!("{} entries are counted and {} told", first.total, items.len())));
    }
    Ok(items)
}
