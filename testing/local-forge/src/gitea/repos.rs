//! `/repos/{owner}/{repo}` and an organisation's list of them.

use loopback::Response;
use serde_json::{Value, json};

use super::access::visible;
use super::json::repository;
use super::paging::Page;
use super::reply::{json, missing};
use crate::routing::Call;
use crate::world::World;
use crate::world::accounts::AccountKind;
use crate::world::repositories::Repository;
use crate::world::tokens::Access;

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let access = call.caller.standing(&world, repo);
    Ok(json(200, &whole(call, &world, repo, access)))
}

/// A repository with what only its own routes tell.
fn whole(call: &Call<'_>, world: &World, repo: &Repository, access: Access) -> Value {
    let mut told = repository(call.forge, world, repo, access);
    told["template"] = json!(repo.template);
    told["topics"] = json!(repo.topics);
    told
}

pub(super) fn of_org(call: &Call<'_>) -> Result<Response, Response> {
    let world = call.forge.world();
    let name = call.part("org");
    let org =
        world.account(name).filter(|account| account.kind == AccountKind::Organization).ok_or_else(|| {
            let errors = [format!("user redirect does not exist [name: {name}]")];
            missing(call, "GetOrgByName", &errors)
        })?;
    let owned: Vec<_> = world.repositories.values().filter(|repo| repo.owner == org.id).collect();
    let seen = owned.iter().filter_map(|repo| {
        let access = call.caller.standing(&world, repo);
        (access > Access::None).then(|| whole(call, &world, repo, access))
    });
    let page = Page::asked(call);
    let seen = page.cut(seen);
    // The count gives away the hidden ones.
    Ok(page.mark(call, json(200, &json!(seen)), owned.len()))
}
