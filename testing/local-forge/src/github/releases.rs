//! `/releases`.
//! <https://docs.github.com/en/rest/releases/releases>

use loopback::Response;
use serde_json::{Value, json};

use super::access::{readable, writable};
use super::json::release as release_json;
use super::paging::{List, Page};
use super::refs;
use super::reply::{body, field, json, not_found, required, validation_failed, with_header};
use crate::effects::releases::{NewRelease, ReleaseRefusal};
use crate::routing::Call;
use crate::world::World;
use crate::world::accounts::ACTIONS;
use crate::world::releases::Release;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Permission};

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let releases = world.repo(id).releases.iter().rev().filter(|held| is_shown(call, &world, id, held));
    let releases: Vec<_> = releases.map(|held| release_json(call.forge, &world, id, held)).collect();
    let (page, total) = (Page::asked(call), releases.len());
    Ok(page.mark(call, List::Repository(id), json(200, &json!(page.cut(releases))), total))
}

/// Never a draft, whoever asks.
pub(super) fn by_tag(call: &Call<'_>) -> Result<Response, Response> {
    found(call, |release| !release.draft && release.tag == call.part("tag"))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let release = call.number("release");
    found(call, |held| Some(held.id) == release)
}

fn found(call: &Call<'_>, is_meant: impl Fn(&Release) -> bool) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let mut releases = world.repo(id).releases.iter();
    let release = releases.find(|held| is_meant(held) && is_shown(call, &world, id, held));
    Ok(json(200, &release_json(call.forge, &world, id, release.ok_or_else(not_found)?)))
}

/// Whether the caller is shown the release: drafts are for those who write.
pub(super) fn is_shown(call: &Call<'_>, world: &World, id: RepoId, release: &Release) -> bool {
    !release.draft || call.caller.access(world, world.repo(id), Permission::Contents) >= Access::Write
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let new = NewRelease {
        tag: required(&asked, "tag_name")?,
        target: field(&asked, "target_commitish"),
        name: field(&asked, "name"),
        body: field(&asked, "body"),
        draft: flag(&asked, "draft").unwrap_or(false),
        prerelease: flag(&asked, "prerelease").unwrap_or(false),
        author: call.caller.user_id().unwrap_or(ACTIONS),
    };
    let made = call.forge.create_release(id, &call.caller, &new);
    let made = made.map_err(|refusal| refused(call, &refusal, new.tag))?;
    let shown = release_json(call.forge, &call.forge.world(), id, &made);
    Ok(with_header(json(201, &shown), "location", field(&shown, "url")))
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let mut release = of_number(call, id)?;
    let text = |name: &str| asked.get(name).and_then(Value::as_str).map(str::to_owned);
    release.tag = text("tag_name").unwrap_or(release.tag);
    release.target = text("target_commitish").unwrap_or(release.target);
    release.name = text("name").unwrap_or(release.name);
    release.body = text("body").unwrap_or(release.body);
    release.draft = flag(&asked, "draft").unwrap_or(release.draft);
    release.prerelease = flag(&asked, "prerelease").unwrap_or(release.prerelease);
    let tag = release.tag.clone();
    let edited = call.forge.edit_release(id, &call.caller, release);
    let edited = edited.map_err(|refusal| refused(call, &refusal, &tag))?;
    Ok(json(200, &release_json(call.forge, &call.forge.world(), id, &edited)))
}

/// The release of the path's number, which the caller may change.
pub(super) fn of_number(call: &Call<'_>, id: RepoId) -> Result<Release, Response> {
    let release = call.number("release");
    let world = call.forge.world();
    let found = world.repo(id).releases.iter().find(|held| Some(held.id) == release);
    found.cloned().ok_or_else(not_found)
}

fn refused(call: &Call<'_>, refusal: &ReleaseRefusal, tag: &str) -> Response {
    match refusal {
        ReleaseRefusal::Exists => validation_failed("Release", "tag_name", "already_exists"),
        ReleaseRefusal::Tag(refusal) => refs::refused(call, refusal, &format!("refs/tags/{tag}")),
    }
}

fn flag(asked: &Value, name: &str) -> Option<bool> {
    asked.get(name).and_then(Value::as_bool)
}
