//! Files at a commit. <https://docs.github.com/en/rest/repos/contents>

use http_body_util::BodyExt as _;
use octocrab::Octocrab;

use crate::connection::Connection;
use crate::{CommitSha, Error};

/// A file's bytes; `None` when the commit has no such file.
pub(crate) async fn file(
    connection: &Connection,
    path: &str,
    at: &CommitSha,
) -> Result<Option<Vec<u8>>, Error> {
    let task = connection.task("contents: read", format!("read `{path}` of `{}` at `{at}`", connection.repo));
    let path = escaped(path);
    let ask = async |octocrab: &Octocrab| {
        let repo = octocrab.repos(connection.repo.owner(), connection.repo.name());
        let answer = repo.raw_file(at.to_string(), &path).await?;
        Ok(answer.into_body().collect().await?.to_bytes())
    };
    match connection.github(&task, ask).await {
        Ok(bytes) => Ok(Some(bytes.to_vec())),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The path as a URL holds it, segment by segment: octocrab puts it into the route as it is.
fn escaped(path: &str) -> String {
    let mut url = url::Url::parse("http://h").expect("it is a URL");
    url.path_segments_mut().expect("http URLs have a path").extend(path.split('/'));
    url.path().trim_start_matches('/').to_owned()
}
