//! `/releases`.

use loopback::Response;
use serde_json::Value;

use super::access::{not_archived, visible, writable};
use super::json::{Urls, release as release_json};
use super::reply::{body, error, field, json, not_found};
use super::tags;
use crate::effects::releases::{NewRelease, ReleaseRefusal};
use crate::routing::Call;
use crate::world::accounts::{ACTIONS, ADMIN};
use crate::world::tokens::{Access, Permission};

pub(super) fn by_tag(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let writer = call.caller.access(&world, repo, Permission::Contents) >= Access::Write;
    let found = repo
        .releases
        .iter()
        .find(|release| release.tag == call.part("tag") && (writer || !release.draft))
        .ok_or_else(|| not_found(call))?;
    // The robot behind job tokens has no row in Gitea's table of users: its owner stands in.
    let author = if found.author == ACTIONS { ADMIN } else { found.author };
    Ok(json(200, &release_json(&world, &Urls::of(call.forge, &world, id), found, author)))
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
        draft: asked.get("draft").and_then(Value::as_bool).unwrap_or(false),
        author: call.caller.user_id().unwrap_or(ACTIONS),
    };
    let release = call.forge.create_release(id, &call.caller, &new).map_err(|refusal| match refusal {
        // Gitea's own words.
        ReleaseRefusal::Exists => error(call, 409, "Release is has no Tag"),
        ReleaseRefusal::Tag(refusal) => tags::refused(call, &refusal, tag, target),
    })?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    Ok(json(201, &release_json(&world, &urls, &release, release.author)))
}
