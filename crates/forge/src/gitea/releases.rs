//! Releases and their attachments.

use bytes::{BufMut as _, Bytes, BytesMut};
use domain::TagName;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_client::{Effect, Request, Response};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::releases::{Held, HeldAsset, ReleaseError, ReleaseRequest, Wanted};

#[derive(Deserialize)]
struct WireRelease {
    id: u64,
    html_url: String,
    tag_name: String,
    draft: bool,
    assets: Option<Vec<WireAsset>>,
}

#[derive(Deserialize)]
struct WireAsset {
    id: u64,
    name: String,
    size: u64,
    browser_download_url: String,
}

impl From<WireRelease> for Held {
    fn from(wire: WireRelease) -> Self {
        Self {
            id: wire.id,
            tag: wire.tag_name,
            url: wire.html_url,
            draft: wire.draft,
            immutable: false,
            upload_url: String::new(),
            assets: wire.assets.into_iter().flatten().map(HeldAsset::from).collect(),
        }
    }
}

impl From<WireAsset> for HeldAsset {
    fn from(wire: WireAsset) -> Self {
        // a file is listed when it lies there whole, and without a digest
        let WireAsset { id, name, size, browser_download_url: place } = wire;
        Self { id, name, size, whole: true, sha256: None, place }
    }
}

/// The release of a tag, draft or not: a tag has one at most.
pub(crate) async fn find(connection: &Connection, tag: &TagName) -> Result<Option<Held>, ReleaseError> {
    let task =
        connection.task("contents: read", format!("read the release of `{tag}` in `{}`", connection.repo));
    let url = connection.repo_url(["releases", "tags"].into_iter().chain(tag.as_str().split('/')));
    let answer = match connection.send(&task, Request::get(url)).await {
        Err(error) if error.status() == Some(404) => return Ok(None),
        answer => answer?,
    };
    let held: Held = read(&task, &answer)?;
    if held.tag != tag.as_str() {
        return Err(ReleaseError::OtherCase { tag: tag.clone(), held: held.tag, url: held.url });
    }
    Ok(Some(held))
}

fn read(task: &Task, answer: &Response) -> Result<Held, Error> {
    answer.json().map(WireRelease::into).map_err(|error| task.failed(error))
}

/// Makes a draft.
pub(crate) async fn create(connection: &Connection, request: &ReleaseRequest<'_>) -> Result<Held, Error> {
    let doing = format!("create the release of `{}` in `{}`", request.tag, connection.repo);
    let task = connection.task("contents: write", doing);
    let body = json!({
        "tag_name": request.tag.as_str(),
        // unused while the tag is there
        "target_commitish": request.commit.as_str(),
        "name": request.title,
        "body": request.notes,
        "draft": true,
        "prerelease": request.prerelease,
    });
    let asked = Request::post(connection.repo_url(["releases"]), Effect::Write).json(&body);
    read(&task, &connection.send(&task, asked).await?)
}

/// Shows a draft to everybody.
pub(crate) async fn publish(connection: &Connection, release: u64) -> Result<Held, Error> {
    let task =
        connection.task("contents: write", format!("publish release {release} of `{}`", connection.repo));
    let url = connection.repo_url(["releases", &release.to_string()]);
    let asked = Request::new(Method::PATCH, url, Effect::Write).json(&json!({ "draft": false }));
    read(&task, &connection.send(&task, asked).await?)
}

/// Sends a file, as a form: a body without one is taken since Gitea 1.22 only.
pub(crate) async fn attach(
    connection: &Connection,
    held: &Held,
    wanted: &Wanted<'_>,
) -> Result<HeldAsset, Error> {
    let doing = format!("attach `{}` to {}", wanted.asset.name, held.url);
    let task = connection.task("contents: write", doing);
    let mut url = connection.repo_url(["releases", &held.id.to_string(), "assets"]);
    url.query_pairs_mut().append_pair("name", &wanted.asset.name);
    let (content_type, body) = form(wanted);
    let asked = Request::post(url, Effect::Write).body("", body).header(CONTENT_TYPE, content_type);
    let answer = connection.send(&task, asked).await?;
    answer.json().map(WireAsset::into).map_err(|error| task.failed(error))
}

/// The form of one file (<https://www.rfc-editor.org/rfc/rfc7578>). Its boundary holds the digest of the file, which
/// no file contains. Its name is in the query, too; some versions judge the type by the one, some by the other.
fn form(wanted: &Wanted<'_>) -> (HeaderValue, Bytes) {
    let boundary = wanted.sha256;
    let name = wanted.asset.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let mut body = BytesMut::with_capacity(head.len() + wanted.asset.bytes.len() + 80);
    body.put(head.as_bytes());
    body.put(&wanted.asset.bytes[..]);
    body.put(format!("\r\n--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
    (content_type.expect("hexadecimal digits are visible"), body.freeze())
}

/// Takes a file away.
pub(crate) async fn remove(connection: &Connection, release: u64, asset: u64) -> Result<(), Error> {
    let doing = format!("delete release asset {asset} of `{}`", connection.repo);
    let task = connection.task("contents: write", doing);
    let url = connection.repo_url(["releases", &release.to_string(), "assets", &asset.to_string()]);
    connection.send(&task, Request::new(Method::DELETE, url, Effect::Write)).await.map(drop)
}

/// A file's bytes, which the web serves and not the API. Where that is another host, it gets no token.
pub(crate) async fn download(connection: &Connection, asset: &HeldAsset) -> Result<Response, Error> {
    let task = connection.task("contents: read", format!("read `{}` of `{}`", asset.name, connection.repo));
    let url: Url =
        asset.place.parse().map_err(|error| task.unexpected(format!("`{}`: {error}", asset.place)))?;
    let is_ours = [&connection.way.site.server, &connection.way.site.api]
        .iter()
        .any(|door| door.origin() == url.origin());
    let request = Request::get(url).follow_cross_origin();
    if is_ours {
        return connection.send(&task, request).await;
    }
    connection.way.client.send(request).await.map_err(|error| task.failed(error))
}
