//! Releases and their assets. <https://docs.github.com/en/rest/releases>

use domain::{Sha256, TagName};
use http::header::{ACCEPT, HeaderValue};
use http_client::{Effect, Request, Response};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::releases::{Held, HeldAsset, ReleaseError, ReleaseRequest, Wanted};

/// How many pages of a hundred the list of releases has at most: GitHub tells the newest ten thousand.
const MOST_PAGES: usize = 100;

#[derive(Deserialize)]
struct WireRelease {
    id: u64,
    html_url: String,
    upload_url: String,
    tag_name: String,
    draft: bool,
    // older Enterprise Servers know no such releases
    immutable: Option<bool>,
    assets: Vec<WireAsset>,
}

#[derive(Deserialize)]
struct WireAsset {
    id: u64,
    url: String,
    name: String,
    size: u64,
    state: String,
    // that of an old asset is not told, nor any by older Enterprise Servers
    digest: Option<String>,
}

impl From<WireRelease> for Held {
    fn from(wire: WireRelease) -> Self {
        Self {
            id: wire.id,
            tag: wire.tag_name,
            url: wire.html_url,
            draft: wire.draft,
            immutable: wire.immutable.unwrap_or(false),
            upload_url: wire.upload_url,
            assets: wire.assets.into_iter().map(HeldAsset::from).collect(),
        }
    }
}

impl From<WireAsset> for HeldAsset {
    fn from(wire: WireAsset) -> Self {
        let sha256 = wire.digest.as_deref().and_then(|digest| digest.strip_prefix("sha256:"));
        Self {
            id: wire.id,
            name: wire.name,
            size: wire.size,
            // an upload that broke off leaves a `starter`
            whole: wire.state == "uploaded",
            sha256: sha256.and_then(|digits| digits.parse::<Sha256>().ok()),
            place: wire.url,
        }
    }
}

/// The release of a tag: by its id when it is known, else a published one, else the one draft.
pub(crate) async fn find(
    connection: &Connection,
    tag: &TagName,
    known: Option<u64>,
) -> Result<Option<Held>, ReleaseError> {
    if let Some(id) = known
        && let Some(held) = get(connection, tag, &format!("/repos/{}/releases/{id}", connection.repo)).await?
    {
        return Ok(Some(held));
    }
    let route = format!("/repos/{}/releases/tags/{}", connection.repo, escaped(tag));
    match get(connection, tag, &route).await? {
        Some(held) => Ok(Some(held)),
        None => draft(connection, tag).await,
    }
}

async fn get(connection: &Connection, tag: &TagName, route: &str) -> Result<Option<Held>, Error> {
    let task = reading(connection, tag);
    match connection.github(&task, async |octocrab| octocrab.get(route, None::<&()>).await).await {
        Ok(wire) => Ok(Some(WireRelease::into(wire))),
        Err(error) if error.status() == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The draft of a tag, which only the list tells, wherever in it: it is ordered by the age of the commits.
async fn draft(connection: &Connection, tag: &TagName) -> Result<Option<Held>, ReleaseError> {
    let task = reading(connection, tag);
    let mut drafts: Vec<Held> = Vec::new();
    for page in 1..=MOST_PAGES {
        let route = format!("/repos/{}/releases?per_page=100&page={page}", connection.repo);
        let wires: Vec<WireRelease> =
            connection.github(&task, async |octocrab| octocrab.get(&route, None::<&()>).await).await?;
        let last = wires.len() < 100;
        drafts.extend(wires.into_iter().filter(|wire| wire.tag_name == tag.as_str()).map(Held::from));
        if last {
            break;
        }
    }
    // one that was published since the other request is a draft no more
    if let Some(published) = drafts.iter().position(|held| !held.draft) {
        return Ok(Some(drafts.swap_remove(published)));
    }
    if drafts.len() > 1 {
        let pages = drafts.into_iter().map(|held| held.url).collect();
        return Err(ReleaseError::SeveralDrafts { repo: connection.repo.clone(), tag: tag.clone(), pages });
    }
    Ok(drafts.pop())
}

fn reading(connection: &Connection, tag: &TagName) -> Task {
    connection.task("contents: read", format!("read the release of `{tag}` in `{}`", connection.repo))
}

/// The tag as a path holds it, segment by segment.
fn escaped(tag: &TagName) -> String {
    let mut url = Url::parse("http://h").expect("it is a URL");
    url.path_segments_mut().expect("http URLs have a path").extend(tag.as_str().split('/'));
    url.path().trim_start_matches('/').to_owned()
}

/// Makes a draft. No commit is named, since the tag is there; and naming one takes the right to change workflow files.
pub(crate) async fn create(connection: &Connection, request: &ReleaseRequest<'_>) -> Result<Held, Error> {
    let doing = format!("create the release of `{}` in `{}`", request.tag, connection.repo);
    let task = connection.task("contents: write", doing);
    let route = format!("/repos/{}/releases", connection.repo);
    let body = json!({
        "tag_name": request.tag.as_str(),
        "name": request.title,
        "body": request.notes,
        "draft": true,
        "prerelease": request.prerelease,
    });
    let made = connection.github(&task, async |octocrab| octocrab.post(&route, Some(&body)).await).await;
    made.map(WireRelease::into)
}

/// Shows a draft to everybody. Whether it is the latest release is told by its version, not by its being the last one
/// that was published: an older one may be late.
pub(crate) async fn publish(connection: &Connection, release: u64) -> Result<Held, Error> {
    let task =
        connection.task("contents: write", format!("publish release {release} of `{}`", connection.repo));
    let route = format!("/repos/{}/releases/{release}", connection.repo);
    let body = json!({ "draft": false, "make_latest": "legacy" });
    let made = connection.github(&task, async |octocrab| octocrab.patch(&route, Some(&body)).await).await;
    made.map(WireRelease::into)
}

/// Sends a file, to the host that the release names.
pub(crate) async fn attach(
    connection: &Connection,
    held: &Held,
    wanted: &Wanted<'_>,
) -> Result<HeldAsset, Error> {
    let doing = format!("attach `{}` to {}", wanted.asset.name, held.url);
    let task = connection.task("contents: write", doing);
    let mut url = upload_url(&connection.way.site.api, &held.upload_url).map_err(|what| {
        let hint = "the forge names a place for uploads that does not belong to its API, which gets no token";
        task.unexpected(what).with_hint(hint)
    })?;
    url.query_pairs_mut().append_pair("name", &wanted.asset.name);
    let request = Request::post(url, Effect::Write)
        .body(wanted.asset.content_type, wanted.asset.bytes.clone())
        .header(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    let answer = connection.send(&task, request).await?;
    answer.json().map(WireAsset::into).map_err(|error| task.failed(error))
}

/// The URL of a template such as `https://uploads.github.com/…/assets{?name,label}`, if its host may have our token.
fn upload_url(api: &Url, template: &str) -> Result<Url, String> {
    let bare = template.split('{').next().unwrap_or_default();
    let url = Url::parse(bare).map_err(|error| format!("`{template}` is no URL: {error}"))?;
    if is_its_own(api, &url) {
        Ok(url)
    } else {
        Err(format!("`{bare}` is not of `{}`", api.origin().ascii_serialization()))
    }
}

/// Whether uploads to `url` belong to the API: the same origin, as on an Enterprise Server, or `uploads.` in the place
/// of `api.` before the same name.
fn is_its_own(api: &Url, url: &Url) -> bool {
    if url.origin() == api.origin() {
        return true;
    }
    let (Some(api_host), Some(host)) = (api.host_str(), url.host_str()) else { return false };
    let site = api_host.strip_prefix("api.").unwrap_or(api_host);
    url.scheme() == api.scheme()
        && url.port_or_known_default() == api.port_or_known_default()
        && host.strip_prefix("uploads.") == Some(site)
}

/// Takes a file away; one that is not there any more is as good.
pub(crate) async fn remove(connection: &Connection, asset: u64) -> Result<(), Error> {
    let doing = format!("delete release asset {asset} of `{}`", connection.repo);
    let task = connection.task("contents: write", doing);
    let route = format!("/repos/{}/releases/assets/{asset}", connection.repo);
    connection.github(&task, async |octocrab| octocrab._delete(&route, None::<&()>).await).await.map(drop)
}

/// A file's bytes, from wherever GitHub leads to: no token goes there.
pub(crate) async fn download(connection: &Connection, asset: &HeldAsset) -> Result<Response, Error> {
    let task = connection.task("contents: read", format!("read `{}` of `{}`", asset.name, connection.repo));
    let url = connection.repo_url(["releases", "assets", &asset.id.to_string()]);
    let request = Request::get(url).header(ACCEPT, HeaderValue::from_static("application/octet-stream"));
    connection.send(&task, request.follow_cross_origin()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_go_to_the_forges_own_hosts_and_nowhere_else() {
        let takes = |api: &str, template: &str| upload_url(&api.parse().unwrap(), template).is_ok();
        assert!(takes(
            "https://api.github.com",
            "https://uploads.github.com/repos/a/b/releases/1/assets{?name,label}"
        ));
        assert!(takes(
            "https://api.acme.ghe.com/",
            "https://uploads.acme.ghe.com/repos/a/b/releases/1/assets{?name}"
        ));
        assert!(takes(
            "https://git.acme.example/api/v3",
            "https://git.acme.example/api/uploads/repos/a/b/releases/1/assets"
        ));
        assert!(takes(
            "https://git.acme.example/api/v3",
            "https://uploads.git.acme.example/repos/a/b/releases/1/assets"
        ));
        for foreign in [
            "http://uploads.github.com/x",
            "https://uploads.github.com:8443/x",
            "https://uploads.github.com.evil.example/x",
            "https://evil.example/uploads.github.com",
            "https://uploads.evil.example@evil.example/x",
            "https://uploads.example/x",
            "https://github.com/x",
            "/repos/a/b",
        ] {
            assert!(!takes("https://api.github.com", foreign), "{foreign}");
        }
    }

    #[test]
    fn a_tag_is_escaped_segment_by_segment() {
        assert_eq!(escaped(&"a/b#1%".parse().unwrap()), "a/b%231%25");
    }

    #[test]
    fn an_asset_is_whole_only_in_the_state_of_one_that_was_uploaded() {
        for (state, whole) in [("uploaded", true), ("starter", false), ("open", false)] {
            let wire = json!({ "id": 1, "url": "u", "name": "n", "size": 1, "state": state, "digest": null });
            assert_eq!(
                HeldAsset::from(serde_json::from_value::<WireAsset>(wire).unwrap()).whole,
                whole,
                "{state}"
            );
        }
    }
}
