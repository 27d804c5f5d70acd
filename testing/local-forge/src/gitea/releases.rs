//! `/releases`.

use loopback::Response;
use serde_json::Value;

use super::access::{not_archived, visible, writable};
use super::json::{Urls, release as release_json};
use super::reply::{body, error, failed, field, json, not_found};
use super::tags;
use crate::effects::releases::{NewRelease, ReleaseRefusal};
use crate::effects::tags::RefRefusal;
use crate::routing::Call;
use crate::world::World;
use crate::world::accounts::{ACTIONS, ADMIN};
use crate::world::releases::Release;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Permission};

pub(super) fn by_tag(call: &Call<'_>) -> Result<Response, Response> {
    found(call, |release| release.tag.eq_ignore_ascii_case(call.part("tag")))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let release = call.number("release");
    found(call, |held| Some(held.id) == release)
}

fn found(call: &Call<'_>, is_meant: impl Fn(&Release) -> bool) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let release = seen(call, &world, id, is_meant).ok_or_else(|| not_found(call))?;
    // The robot behind job tokens has no row in Gitea's table of users: its owner stands in.
    let author = if release.author == ACTIONS { ADMIN } else { release.author };
    Ok(json(200, &release_json(&world, &Urls::of(call.forge, &world, id), release, author)))
}

/// The release that is meant, if the caller may see it: drafts are for those who write.
pub(super) fn seen<'world>(
    call: &Call<'_>,
    world: &'world World,
    id: RepoId,
    is_meant: impl Fn(&Release) -> bool,
) -> Option<&'world Release> {
    let repo = world.repo(id);
    let writer = call.caller.access(world, repo, Permission::Contents) >= Access::Write;
    repo.releases.iter().find(|release| is_meant(release) && (writer || !release.draft))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    not_archived(call, id, "is archived")?;
    let asked = body(call)?;
    let (tag, target) = (field(&asked, "tag_name"), field(&asked, "target_commitish"));
    let new = NewRelease {
        tag,
        target,
        name: field(&asked, "name"),
        body: field(&asked, "body"),
        draft: flag(&asked, "draft").unwrap_or(false),
        prerelease: flag(&asked, "prerelease").unwrap_or(false),
        author: call.caller.user_id().unwrap_or(ACTIONS),
    };
    let release = call.forge.create_release(id, &call.caller, &new).map_err(|refusal| match refusal {
        // Gitea's own words.
        ReleaseRefusal::Exists => error(call, 409, "Release is has no Tag"),
        ReleaseRefusal::Tag(refusal) => tags::refused(call, &refusal, tag, target),
    })?;
    Ok(answer(call, id, &release, 201))
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let mut release = of_number(call, id)?;
    // An empty text leaves what is there.
    let set = |held: &mut String, name: &str| {
        Some(field(&asked, name)).filter(|text| !text.is_empty()).map(|text| text.clone_into(held))
    };
    set(&mut release.tag, "tag_name");
    set(&mut release.target, "target_commitish");
    set(&mut release.name, "name");
    set(&mut release.body, "body");
    release.draft = flag(&asked, "draft").unwrap_or(release.draft);
    release.prerelease = flag(&asked, "prerelease").unwrap_or(release.prerelease);
    // Whatever goes wrong here is an error of the server's.
    let edited = call.forge.edit_release(id, &call.caller, release).map_err(|refusal| match refusal {
        ReleaseRefusal::Tag(RefRefusal::Git(failure)) => failed(call, &failure),
        ReleaseRefusal::Tag(_) | ReleaseRefusal::Exists => error(call, 500, ""),
    })?;
    Ok(answer(call, id, &edited, 200))
}

/// The release of the path's number, which the caller may change.
pub(super) fn of_number(call: &Call<'_>, id: RepoId) -> Result<Release, Response> {
    let release = call.number("release");
    let world = call.forge.world();
    let found = world.repo(id).releases.iter().find(|held| Some(held.id) == release);
    found.cloned().ok_or_else(|| not_found(call))
}

fn flag(asked: &Value, name: &str) -> Option<bool> {
    asked.get(name).and_then(Value::as_bool)
}

fn answer(call: &Call<'_>, id: RepoId, release: &Release, status: u16) -> Response {
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    json(status, &release_json(&world, &urls, release, release.author))
}
