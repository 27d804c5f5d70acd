//! `/git/refs`, `/git/ref` and `/git/matching-refs`.
//! <https://docs.github.com/en/rest/git/refs>

use loopback::Response;
use serde_json::{Value, json};

use super::access::{out_of_reach, readable, writable};
use super::json::{Urls, reference};
use super::reply::{body, empty, error, failed, field, json, not_found, required, with_header};
use crate::effects::push::RefChange;
use crate::effects::tags::RefRefusal;
use crate::git::{Ref, RefUpdate};
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    listed(call, "refs/")
}

/// All of them at once: this list has no pages.
pub(super) fn matching(call: &Call<'_>) -> Result<Response, Response> {
    listed(call, &format!("refs/{}", call.part("prefix")))
}

fn listed(call: &Call<'_>, prefix: &str) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let refs = world.repo(id).git.refs(prefix).map_err(|error| failed(&error))?;
    let refs: Vec<_> = refs.iter().map(|found| reference(&urls, id, found)).collect();
    Ok(json(200, &json!(refs)))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let found = find(call, id, &full_name(call))?.ok_or_else(not_found)?;
    Ok(json(200, &shown(call, id, &found)))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let (name, object) = (required(&asked, "ref")?, required(&asked, "sha")?);
    if !name.starts_with("refs/") || name.matches('/').count() < 2 {
        return Err(error(422, "Reference name must start with 'refs' and have at least two slashes"));
    }
    whole_sha(object)?;
    let created = call.forge.create_ref(id, &call.caller, name, object);
    let created = created.map_err(|refusal| refused(call, &refusal, name))?;
    let shown = shown(call, id, &created);
    Ok(with_header(json(201, &shown), "location", field(&shown, "url")))
}

/// GitHub's words for a ref that was not created.
pub(super) fn refused(call: &Call<'_>, refusal: &RefRefusal, name: &str) -> Response {
    match refusal {
        RefRefusal::Exists | RefRefusal::LostRace | RefRefusal::Reserved => {
            error(422, "Reference already exists")
        }
        RefRefusal::Protected => rule_violation("Cannot create ref due to creations being restricted."),
        RefRefusal::NoTarget => error(422, "Object does not exist"),
        RefRefusal::BadName => error(422, &format!("{name} is not a valid ref name.")),
        // REST does not name the file, other than the refusal of a push.
        RefRefusal::Workflow => out_of_reach(&call.caller, "contents=write; contents=write,workflows=write"),
        RefRefusal::Git(error) => failed(error),
    }
}

fn rule_violation(rule: &str) -> Response {
    error(422, &format!("Repository rule violations found\n\n{rule}\n\n"))
}

pub(super) fn update(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let object = required(&asked, "sha")?;
    whole_sha(object)?;
    let name = full_name(call);
    let before = find(call, id, &name)?.ok_or_else(|| error(422, "Reference does not exist"))?;
    let git = call.forge.world().repo(id).git.clone();
    let commit = git.resolve(object).map_err(|error| failed(&error))?;
    let commit = commit.ok_or_else(|| error(422, "Object does not exist"))?;
    let forced = asked.get("force").and_then(Value::as_bool).unwrap_or(false);
    let forward = git.is_ancestor(&before.commit, &commit).map_err(|error| failed(&error))?;
    if !forced && !forward {
        return Err(error(422, "Update is not a fast forward"));
    }
    let change = RefChange { name: name.clone(), old: before.object.clone(), new: object.to_owned() };
    {
        let world = call.forge.world();
        let refused = world.refuse_push(id, &call.caller, std::slice::from_ref(&change));
        if !refused.is_empty() {
            return Err(rule_violation("Cannot update this protected ref."));
        }
        if world.forbids_workflows_of(id, &call.caller, &commit).is_some() {
            return Err(refused_workflows(call));
        }
    }
    let update = RefUpdate { name: name.clone(), new: object.to_owned(), old: Some(before.object) };
    git.update_refs(&[update]).map_err(|_| error(422, "Reference cannot be updated"))?;
    let moved = call.forge.world().after_push(id, &call.caller, &[change]);
    moved.map_err(|error| failed(&error))?;
    let found = find(call, id, &name)?.ok_or_else(not_found)?;
    Ok(json(200, &shown(call, id, &found)))
}

fn refused_workflows(call: &Call<'_>) -> Response {
    refused(call, &RefRefusal::Workflow, "")
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let deleted = call.forge.delete_ref(id, &full_name(call)).map_err(|error| failed(&error))?;
    deleted.map(|_| empty(204)).ok_or_else(|| error(422, "Reference does not exist"))
}

fn full_name(call: &Call<'_>) -> String {
    format!("refs/{}", call.part("ref"))
}

fn find(call: &Call<'_>, id: RepoId, name: &str) -> Result<Option<Ref>, Response> {
    let git = call.forge.world().repo(id).git.clone();
    git.find_ref(name).map_err(|error| failed(&error))
}

fn shown(call: &Call<'_>, id: RepoId, found: &Ref) -> Value {
    let world = call.forge.world();
    reference(&Urls::of(call.forge, &world, id), id, found)
}

/// Refuses an abbreviated id, or a name in the place of one.
pub(super) fn whole_sha(object: &str) -> Result<(), Response> {
    let complaint = match object.len() {
        40 if object.bytes().all(|byte| byte.is_ascii_hexdigit()) => return Ok(()),
        40 => "The sha parameter must be exactly 40 characters and contain only [0-9a-f].".to_owned(),
        0..40 => format!("At least 40 characters are required; only {} were supplied.", object.len()),
        _ => format!("No more than 40 characters are allowed; {} were supplied.", object.len()),
    };
    Err(error(422, &complaint))
}
