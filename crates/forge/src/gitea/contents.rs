//! Files at a commit.

use http_client::Request;

use crate::connection::Connection;
use crate::{CommitSha, Error};

/// A file's bytes; `None` when the commit has no such file.
pub(crate) async fn file(
    connection: &Connection,
    path: &str,
    at: &CommitSha,
) -> Result<Option<Vec<u8>>, Error> {
    let task = connection.task("contents: read", format!("read `{path}` of `{}` at `{at}`", connection.repo));
    let mut url = connection.repo_url(["raw"].into_iter().chain(path.split('/')));
    url.query_pairs_mut().append_pair("ref", at.as_str());
    match connection.send(&task, Request::get(url)).await {
        Ok(answer) => Ok(Some(answer.body().to_vec())),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}
