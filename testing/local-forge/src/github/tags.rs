//! `/git/tags`: tag objects, which are nothing to anybody without a ref.
//! <https://docs.github.com/en/rest/git/tags>

use jiff::Timestamp;
use loopback::Response;
use serde_json::Value;

use super::access::{readable, writable};
use super::json::{Urls, tag_object};
use super::refs::whole_sha;
use super::reply::{body, error, failed, field, json, not_found, required, with_header};
use crate::git::Identity;
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let (name, message) = (required(&asked, "tag")?, required(&asked, "message")?);
    let (target, kind) = (required(&asked, "object")?, required(&asked, "type")?);
    whole_sha(target)?;
    let git = call.forge.world().repo(id).git.clone();
    let found = git.ask(&["cat-file", "-t", target]).map_err(|error| failed(&error))?;
    if found.as_deref() != Some(kind) {
        return Err(error(422, "Object does not exist"));
    }
    let well_formed = git.accepts_name(&format!("refs/tags/{name}")).map_err(|error| failed(&error))?;
    if !well_formed {
        return Err(error(422, "Sorry, that is not a valid tag name."));
    }
    let tagger = tagger(call, &asked);
    let sha = git.write_tag(name, target, message, &tagger).map_err(|error| failed(&error))?;
    let tag = shown(call, id, &sha)?.ok_or_else(not_found)?;
    Ok(with_header(json(201, &tag), "location", field(&tag, "url")))
}

/// The tagger that was given, or whoever asks.
fn tagger(call: &Call<'_>, asked: &Value) -> Identity {
    let mut world = call.forge.world();
    let now = world.clock.tick();
    if let Some(given) = asked.get("tagger").filter(|given| given.is_object()) {
        let when = field(given, "date").parse::<Timestamp>().unwrap_or(now);
        return Identity {
            name: field(given, "name").to_owned(),
            email: field(given, "email").to_owned(),
            when,
        };
    }
    let account = call.caller.account(&world).expect("whoever may write has an account");
    account.identity(now)
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let tag = shown(call, id, call.part("sha"))?.ok_or_else(not_found)?;
    Ok(json(200, &tag))
}

fn shown(call: &Call<'_>, id: RepoId, sha: &str) -> Result<Option<Value>, Response> {
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let tag = world.repo(id).git.read_tag(sha).map_err(|error| failed(&error))?;
    Ok(tag.map(|tag| tag_object(&urls, id, sha, &tag)))
}
