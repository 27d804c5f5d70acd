//! `/releases/assets`, the uploads, and the storage that downloads lead to.
//! <https://docs.github.com/en/rest/releases/assets>

use http::header;
use loopback::Response;
use serde_json::{Value, json};

use super::access::{readable, writable};
use super::json::asset as asset_json;
use super::paging::{List, Page};
use super::releases::{is_shown, of_number};
use super::reply::{body, bytes, empty, error, field, json, not_found, validation_failed, with_header};
use crate::effects::releases::{AssetRefusal, NewAsset};
use crate::routing::Call;
use crate::world::accounts::ACTIONS;
use crate::world::releases::{Release, ReleaseAsset};
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let release = of_number(call, id)?;
    let world = call.forge.world();
    if !is_shown(call, &world, id, &release) {
        return Err(not_found());
    }
    let assets: Vec<_> =
        release.assets.iter().map(|asset| asset_json(call.forge, &world, id, &release, asset)).collect();
    let (page, total) = (Page::asked(call), assets.len());
    Ok(page.mark(call, List::Repository(id), json(200, &json!(page.cut(assets))), total))
}

/// Takes the body as it is; the name is in the query.
pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let release = of_number(call, id)?;
    let name = call.query("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| validation_failed("ReleaseAsset", "name", "missing_field"))?;
    let kind = call.request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let content_type = kind.ok_or_else(|| error(400, "Content-Type is required"))?;
    let new = NewAsset {
        name,
        label: Some(call.query("label").unwrap_or_default()),
        content_type,
        bytes: call.request.body().clone(),
        uploader: call.caller.user_id().unwrap_or(ACTIONS),
    };
    let attached = call.forge.world().attach(id, release.id, new).map_err(refused)?;
    Ok(json(201, &shown(call, id, &release, &attached)))
}

/// The asset, or a redirect to its bytes for those who accept nothing else.
pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let (release, asset) = find(call, id)?;
    if !is_shown(call, &call.forge.world(), id, &release) {
        return Err(not_found());
    }
    let accept = call.request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept != Some("application/octet-stream") {
        return Ok(json(200, &shown(call, id, &release, &asset)));
    }
    // The storage is another host, as far as a client can tell.
    let host = call.forge.base.replacen("127.0.0.1", "localhost", 1);
    Ok(with_header(empty(302), "location", &format!("{host}/storage/{}?signature=signed", asset.id)))
}

/// What lies behind the redirect. Knows its own signature only, and takes any other credential for a mistake.
pub(super) fn storage(call: &Call<'_>) -> Result<Response, Response> {
    if call.request.headers().contains_key(header::AUTHORIZATION) {
        return Err(error(400, "Only one auth mechanism allowed"));
    }
    if call.query("signature") != Some("signed") {
        return Err(error(403, "Signature not valid"));
    }
    let asset = call.number("asset").ok_or_else(not_found)?;
    let world = call.forge.world();
    let mut releases = world.repositories.values().flat_map(|repo| &repo.releases);
    let found = releases.find_map(|release| release.asset(asset)).ok_or_else(not_found)?;
    Ok(bytes(200, found.bytes.to_vec(), "application/octet-stream"))
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let (release, asset) = find(call, id)?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    let mut assets = world.release_mut(id, release.id).assets.iter_mut();
    let held = assets.find(|held| held.id == asset.id).ok_or_else(not_found)?;
    if let Some(name) = asked.get("name").and_then(Value::as_str) {
        name.clone_into(&mut held.name);
    }
    if asked.get("label").is_some() {
        held.label = Some(field(&asked, "label").to_owned());
    }
    let edited = held.clone();
    drop(world);
    Ok(json(200, &shown(call, id, &release, &edited)))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let (release, asset) = find(call, id)?;
    call.forge.world().detach(id, release.id, asset.id).map_err(refused)?;
    Ok(empty(204))
}

fn find(call: &Call<'_>, id: RepoId) -> Result<(Release, ReleaseAsset), Response> {
    let asset = call.number("asset").ok_or_else(not_found)?;
    let world = call.forge.world();
    let mut releases = world.repo(id).releases.iter();
    let found = releases.find_map(|release| Some((release.clone(), release.asset(asset)?.clone())));
    found.ok_or_else(not_found)
}

fn refused(refusal: AssetRefusal) -> Response {
    match refusal {
        AssetRefusal::Exists => exists(),
        AssetRefusal::Immutable => error(422, "Cannot upload assets to an immutable release."),
    }
}

/// The host of uploads tells the request's id in its refusals.
fn exists() -> Response {
    let errors = [json!({ "resource": "ReleaseAsset", "code": "already_exists", "field": "name" })];
    let documentation = "https://docs.github.com/rest";
    json(
        422,
        &json!({
            "message": "Validation Failed",
            "request_id": "0000:00000:0000000:0000000:00000000",
            "documentation_url": documentation,
            "errors": errors,
        }),
    )
}

fn shown(call: &Call<'_>, id: RepoId, release: &Release, asset: &ReleaseAsset) -> Value {
    asset_json(call.forge, &call.forge.world(), id, release, asset)
}
