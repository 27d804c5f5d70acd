//! The installations of GitHub Apps and their tokens.
//! <https://docs.github.com/en/rest/apps/apps>

use jiff::Timestamp;
use loopback::Response;
use serde_json::{Map, Value, json};

use super::claims;
use super::json::{RepoDetail, node_id, repository, simple_user};
use super::reply::{body, error, json, not_found};
use crate::routing::Call;
use crate::world::accounts::AccountKind;
use crate::world::apps::{App, Installation, MintRefusal, Minted};
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Permission, Permissions};
use crate::world::{Found, World};

/// Whether the route of this path takes an app's signed claim in place of a token.
pub(super) fn takes_claims(path: &str) -> bool {
    path == "/api/v3/app" || path.starts_with("/api/v3/app/") || path.ends_with("/installation")
}

pub(super) fn of_repo(call: &Call<'_>) -> Result<Response, Response> {
    let world = call.forge.world();
    let app = claims::app(call, &world)?;
    let (Found::Here(id) | Found::Moved(id)) = world.find(call.part("owner"), call.part("repo")) else {
        return Err(not_found());
    };
    let owner = world.repo(id).owner;
    let found = app.installations.iter().find(|place| {
        place.account == owner && place.repositories.as_ref().is_none_or(|reach| reach.contains(&id))
    });
    found.map(|place| json(200, &installation(call, &world, app, place))).ok_or_else(not_found)
}

pub(super) fn of_org(call: &Call<'_>) -> Result<Response, Response> {
    of_account(call, call.part("org"), AccountKind::Organization)
}

pub(super) fn of_user(call: &Call<'_>) -> Result<Response, Response> {
    of_account(call, call.part("user"), AccountKind::User)
}

fn of_account(call: &Call<'_>, login: &str, kind: AccountKind) -> Result<Response, Response> {
    let world = call.forge.world();
    let app = claims::app(call, &world)?;
    let account = world.account(login).filter(|account| account.kind == kind).ok_or_else(not_found)?.id;
    let found = app.installations.iter().find(|place| place.account == account);
    found.map(|place| json(200, &installation(call, &world, app, place))).ok_or_else(not_found)
}

/// The app itself.
pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let world = call.forge.world();
    let app = claims::app(call, &world)?;
    let base = &call.forge.base;
    let since = world.clock.now().to_string();
    let first = app.installations.first();
    let owner = first.map(|place| simple_user(base, world.account_by_id(place.account)));
    Ok(json(
        200,
        &json!({
            "id": app.id,
            "slug": app.slug,
            "client_id": claims::client_id(app),
            "node_id": node_id("Integration", app.id),
            "owner": owner,
            "name": app.slug,
            "description": null,
            "external_url": base,
            "html_url": format!("{base}/apps/{}", app.slug),
            "created_at": since,
            "updated_at": since,
            "permissions": first.map(|place| granted(&place.permissions)),
            "events": [],
            "installations_count": app.installations.len(),
        }),
    ))
}

fn installation(call: &Call<'_>, world: &World, app: &App, place: &Installation) -> Value {
    let base = &call.forge.base;
    let account = world.account_by_id(place.account);
    let api = format!("{base}/api/v3/app/installations/{}", place.id);
    let since = world.clock.now().to_string();
    json!({
        "id": place.id,
        "account": simple_user(base, account),
        "repository_selection": if place.repositories.is_some() { "selected" } else { "all" },
        "access_tokens_url": format!("{api}/access_tokens"),
        "repositories_url": format!("{base}/api/v3/installation/repositories"),
        "html_url": format!("{base}/organizations/{}/settings/installations/{}", account.login, place.id),
        "app_id": app.id,
        "client_id": claims::client_id(app),
        "app_slug": app.slug,
        "target_id": account.id.0,
        "target_type": simple_user(base, account)["type"],
        "permissions": granted(&place.permissions),
        "events": [],
        "created_at": since,
        "updated_at": since,
        "single_file_name": null,
        "has_multiple_single_files": false,
        "single_file_paths": [],
        "suspended_by": null,
        "suspended_at": null,
    })
}

/// The permissions by name; to see that a repository is there goes with every one of them.
fn granted(permissions: &Permissions) -> Value {
    let mut granted = Map::new();
    granted.insert("metadata".to_owned(), json!("read"));
    for (permission, access) in permissions.iter() {
        let level = match access {
            Access::None => continue,
            Access::Read if permission != Permission::Workflows => "read",
            _ => "write",
        };
        granted.insert(permission.name().to_owned(), json!(level));
    }
    Value::Object(granted)
}

pub(super) fn mint(call: &Call<'_>) -> Result<Response, Response> {
    let asked = body(call)?;
    let mut world = call.forge.world();
    let app = claims::app(call, &world)?;
    let installation = call.number("id").filter(|id| app.installations.iter().any(|place| place.id == *id));
    let installation = installation.ok_or_else(not_found)?;
    let owner = app.installations.iter().find(|place| place.id == installation).map(|place| place.account);
    let owner = owner.map(|owner| world.account_by_id(owner).login.clone()).unwrap_or_default();
    let permissions = asked.get("permissions").map(wanted).transpose()?;
    let repositories = reach(&world, &owner, &asked)?;
    let selected = repositories.is_some();
    let minted =
        world.mint_token(installation, permissions, repositories).map_err(|refusal| match refusal {
            MintRefusal::NoInstallation => not_found(),
            MintRefusal::NotGranted => not_granted(),
            MintRefusal::OutOfReach => out_of_reach(),
        })?;
    Ok(json(201, &token(call, &world, &minted, selected)))
}

fn not_granted() -> Response {
    error(422, "The permissions requested are not granted to this installation.")
}

fn out_of_reach() -> Response {
    error(
        422,
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
    )
}

/// The permissions that were asked for, each of which must be one that this world knows.
fn wanted(asked: &Value) -> Result<Permissions, Response> {
    let mut permissions = Permissions::none();
    for (name, level) in asked.as_object().into_iter().flatten() {
        let access = match level.as_str() {
            Some("read") => Access::Read,
            Some("write" | "admin") => Access::Write,
            _ => return Err(not_granted()),
        };
        if name == "metadata" && access == Access::Read {
            continue;
        }
        let permission = Permission::ALL.into_iter().find(|permission| permission.name() == name);
        permissions = permissions.with(permission.ok_or_else(not_granted)?, access);
    }
    Ok(permissions)
}

/// The repositories that were asked for, by name or id; `None` for all.
fn reach(world: &World, owner: &str, asked: &Value) -> Result<Option<Vec<RepoId>>, Response> {
    let (names, ids) = (asked.get("repositories"), asked.get("repository_ids"));
    if names.is_none() && ids.is_none() {
        return Ok(None);
    }
    let by_name = names.and_then(Value::as_array).into_iter().flatten().map(|name| {
        match world.find(owner, name.as_str().unwrap_or_default()) {
            Found::Here(id) => Ok(id),
            Found::Moved(_) | Found::Nowhere => Err(out_of_reach()),
        }
    });
    let by_id = ids.and_then(Value::as_array).into_iter().flatten().map(|id| {
        let id = id.as_u64().map(RepoId).filter(|id| world.repositories.contains_key(id));
        id.ok_or_else(out_of_reach)
    });
    by_name.chain(by_id).collect::<Result<Vec<_>, _>>().map(Some)
}

fn token(call: &Call<'_>, world: &World, minted: &Minted, selected: bool) -> Value {
    // GitHub tells whole seconds.
    let expires = Timestamp::from_second(minted.expires.as_second()).unwrap_or(minted.expires);
    let mut token = json!({
        "token": minted.token,
        "expires_at": expires.to_string(),
        "permissions": granted(&minted.permissions),
        "repository_selection": if selected { "selected" } else { "all" },
    });
    if selected {
        let shown = minted.repositories.iter().map(|id| {
            let repo = world.repo(*id);
            repository(call.forge, world, repo, Access::Read, RepoDetail::Listed)
        });
        token["repositories"] = shown.collect();
    }
    token
}
