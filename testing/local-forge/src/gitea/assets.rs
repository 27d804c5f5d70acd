//! `/releases/{id}/assets`, and the downloads, which are the web's and not the API's.

use bytes::Bytes;
use http::header;
use loopback::Response;
use multer::Multipart;

use super::access::{visible, writable};
use super::json::{Urls, asset as asset_json, uuid};
use super::releases::{of_number, seen};
use super::reply::{broken, empty, error, json, not_found};
use crate::effects::releases::NewAsset;
use crate::routing::Call;
use crate::world::accounts::ACTIONS;
use crate::world::releases::ReleaseAsset;
use crate::world::tokens::Permission;

/// The complaint about an ending that the instance does not take.
const FORBIDDEN: &str = "This file cannot be uploaded or modified due to a forbidden file extension or type.";

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let release = of_number(call, id)?;
    let sent = Sent::read(call)?;
    let mut world = call.forge.world();
    let endings = &world.conditions.release_endings;
    if !endings.is_empty() && !endings.iter().any(|ending| sent.name.ends_with(ending)) {
        return Err(error(call, 400, FORBIDDEN));
    }
    let uploader = call.caller.user_id().unwrap_or(ACTIONS);
    // it keeps no media type
    let new = NewAsset { name: &sent.name, label: None, content_type: "", bytes: sent.bytes, uploader };
    let attached = world.attach(id, release.id, new).map_err(|_| broken(call))?;
    let urls = Urls::of(call.forge, &world, id);
    let release = world.release_mut(id, release.id).clone();
    Ok(json(201, &asset_json(&urls, &release, &attached)))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let release = of_number(call, id)?;
    let asset = call.number("asset").and_then(|asset| release.asset(asset)).ok_or_else(|| not_found(call))?;
    call.forge.world().detach(id, release.id, asset.id).map_err(|_| broken(call))?;
    Ok(empty(204))
}

/// A file by the names of its tag and of itself.
pub(super) fn by_name(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let release = seen(call, &world, id, |release| release.tag == call.part("tag"));
    let mut assets = release.into_iter().flat_map(|release| &release.assets);
    assets.find(|asset| asset.name == call.part("file")).map(raw).ok_or_else(|| not_found(call))
}

/// A file by the name that is only its own.
pub(super) fn by_uuid(call: &Call<'_>) -> Result<Response, Response> {
    let world = call.forge.world();
    let releases = world.repositories.values().flat_map(|repo| &repo.releases);
    let mut assets = releases.flat_map(|release| &release.assets);
    assets.find(|asset| uuid(asset) == call.part("uuid")).map(raw).ok_or_else(|| not_found(call))
}

fn raw(asset: &ReleaseAsset) -> Response {
    let mut response = empty(200);
    *response.body_mut() = asset.bytes.clone();
    response
}

/// A file as it was sent.
struct Sent {
    name: String,
    bytes: Bytes,
}

impl Sent {
    /// Reads a form's part `attachment`, or else the body as it is; the query's `name` counts more than the form's.
    fn read(call: &Call<'_>) -> Result<Self, Response> {
        let kind = call.request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        let sent = if kind.starts_with("multipart/form-data") { attachment(call)? } else { None };
        let (name, bytes) = sent.unwrap_or_else(|| (String::new(), call.request.body().clone()));
        let name = call.query("name").filter(|name| !name.is_empty()).map_or(name, str::to_owned);
        if name.is_empty() {
            return Err(error(call, 400, "Could not determine name of attachment."));
        }
        Ok(Self { name, bytes })
    }
}

fn attachment(call: &Call<'_>) -> Result<Option<(String, Bytes)>, Response> {
    let kind = call.request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    let boundary = boundary.map_err(|failure| error(call, 500, &failure.to_string()))?;
    let body = call.request.body().clone();
    let body = futures_util::stream::once(async { Ok::<Bytes, std::convert::Infallible>(body) });
    let form = Multipart::new(body, boundary);
    // Requests are answered on a thread that may wait.
    let part = tokio::runtime::Handle::current().block_on(part(form, "attachment"));
    match part {
        Ok(Some(part)) => Ok(Some(part)),
        Ok(None) => Err(error(call, 500, "http: no such file")),
        Err(failure) => Err(error(call, 500, &failure.to_string())),
    }
}

async fn part(mut form: Multipart<'_>, name: &str) -> Result<Option<(String, Bytes)>, multer::Error> {
    while let Some(part) = form.next_field().await? {
        if part.name() == Some(name)
            && let Some(file) = part.file_name().map(str::to_owned)
        {
            return Ok(Some((file, part.bytes().await?)));
        }
    }
    Ok(None)
}
