//! Repositories, their owners' lists of them, and `repository_dispatch`.
//! <https://docs.github.com/en/rest/repos/repos>

use loopback::Response;
use serde_json::{Value, json};

use super::access::{signed_in, visible, writable};
use super::json::{RepoDetail, repository, user};
use super::paging::{List, Page};
use super::reply::{body, empty, error, failed, invalid_request, json, not_found, required};
use crate::routing::{Call, find};
use crate::world::accounts::{AccountKind, UserId};
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Holder, Permission, Token};

/// Limits of a `repository_dispatch`.
const LONGEST_TYPE: usize = 100;
const MOST_KEYS: usize = 10;
const LARGEST_PAYLOAD: usize = 65_535;

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    Ok(full(call, id))
}

fn full(call: &Call<'_>, id: RepoId) -> Response {
    let world = call.forge.world();
    let repo = world.repo(id);
    let access = match call.caller {
        Caller::Anonymous | Caller::Rejected => Access::None,
        Caller::Known(_) => call.caller.standing(&world, repo),
    };
    json(200, &repository(call.forge, &world, repo, access, RepoDetail::Full))
}

/// Renames a repository; the other settings are taken and forgotten.
pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Administration)?;
    let asked = body(call)?;
    if let Some(name) = asked.get("name").and_then(Value::as_str) {
        call.forge.world().rename(id, name);
    }
    Ok(full(call, id))
}

/// Answers a path that names the repository by its id, as the answer to a former name tells it.
pub(super) fn by_id(call: &Call<'_>) -> Result<Response, Response> {
    let name = {
        let world = call.forge.world();
        let id = call.number("id").map(RepoId).ok_or_else(not_found)?;
        let repo = world.repositories.get(&id).ok_or_else(not_found)?;
        repo.full_name(&world)
    };
    let by_id = format!("/api/v3/repositories/{}", call.part("id"));
    let target = call.target().replacen(&by_id, &format!("/api/v3/repos/{name}"), 1);
    let mut request = call.request.clone();
    *request.uri_mut() = target.parse().map_err(|_| not_found())?;
    let (route, parameters) = find(super::ROUTES, &request).ok_or_else(not_found)?;
    (route.handler)(&Call::new(call.forge, &request, parameters))
}

pub(super) fn of_org(call: &Call<'_>) -> Result<Response, Response> {
    let org = {
        let world = call.forge.world();
        let org = world.account(call.part("org"));
        org.filter(|org| org.kind == AccountKind::Organization).ok_or_else(not_found)?.id
    };
    Ok(listed(call, org))
}

/// Answers a path that names the organisation by its id, as the links between pages do.
pub(super) fn of_org_by_id(call: &Call<'_>) -> Result<Response, Response> {
    let id = call.part("id").parse().map(UserId).map_err(|_| not_found())?;
    let known = call.forge.world().accounts.iter().any(|account| account.id == id);
    if known { Ok(listed(call, id)) } else { Err(not_found()) }
}

fn listed(call: &Call<'_>, org: UserId) -> Response {
    let world = call.forge.world();
    let kind = call.query("type").unwrap_or("all");
    let mut repos: Vec<_> = world
        .repositories
        .values()
        .filter(|repo| repo.owner == org && call.caller.standing(&world, repo) > Access::None)
        .filter(|repo| match kind {
            "public" => !repo.private,
            "private" => repo.private,
            "forks" => repo.fork_of.is_some(),
            "sources" => repo.fork_of.is_none(),
            _ => true,
        })
        .collect();
    match call.query("sort").unwrap_or("created") {
        "full_name" => repos.sort_by_key(|repo| repo.name.to_lowercase()),
        _ => repos.sort_by_key(|repo| std::cmp::Reverse(repo.id)),
    }
    let (page, total) = (Page::asked(call), repos.len());
    let shown: Vec<_> = page
        .cut(repos)
        .into_iter()
        .map(|repo| {
            let access = call.caller.standing(&world, repo);
            repository(call.forge, &world, repo, access, RepoDetail::Listed)
        })
        .collect();
    page.mark(call, List::Organization(org), json(200, &json!(shown)), total)
}

/// The person behind the token; a robot's token has none.
pub(super) fn viewer(call: &Call<'_>) -> Result<Response, Response> {
    signed_in(call)?;
    let Caller::Known(Token { holder: Holder::User(_), .. }) = &call.caller else {
        return Err(error(403, super::access::not_accessible(&call.caller)));
    };
    let world = call.forge.world();
    let account = call.caller.account(&world).ok_or_else(not_found)?;
    Ok(json(200, &user(&call.forge.base, account, &world.clock.now().to_string())))
}

/// Accepts an event; whether any workflow waits for it is not told.
pub(super) fn dispatch(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let kind = required(&asked, "event_type")?;
    if kind.is_empty() || kind.chars().count() > LONGEST_TYPE {
        let complaint = format!("{LONGEST_TYPE} characters are allowed at most and one at least.");
        return Err(invalid_request(&complaint));
    }
    let nothing = json!({});
    let payload = asked.get("client_payload").unwrap_or(&nothing);
    let keys = payload.as_object().map(serde_json::Map::len);
    let keys =
        keys.ok_or_else(|| invalid_request("For 'properties/client_payload', it is not an object."))?;
    if keys > MOST_KEYS {
        let complaint = format!("No more than {MOST_KEYS} properties are allowed; {keys} were supplied.");
        return Err(invalid_request(&complaint));
    }
    if payload.to_string().len() > LARGEST_PAYLOAD {
        return Err(error(422, "client_payload is too large."));
    }
    let started = call.forge.world().dispatch_repository(id, &call.caller, kind, payload);
    started.map_err(|error| failed(&error))?;
    Ok(empty(204))
}
