//! `/statuses/{sha}`, and what all of a commit's say together.

use std::collections::BTreeSet;

use loopback::Response;
use serde_json::json;

use super::access::{visible, writable};
use super::json::{Address, Urls, user};
use super::reply::{body, broken, failed, field, json, not_found};
use crate::routing::Call;
use crate::world::tokens::Permission;

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Statuses)?;
    let asked = body(call)?;
    let sha = call.part("sha");
    let mut world = call.forge.world();
    let set = world.set_status(id, &call.caller, sha, field(&asked, "context"), field(&asked, "state"));
    let status = set.map_err(|_| broken(call))?;
    let urls = Urls::of(call.forge, &world, id);
    Ok(json(
        201,
        &json!({
            "id": status.id,
            "status": status.state,
            "target_url": status.target_url,
            "description": status.description,
            "url": format!("{}/statuses/{sha}", urls.api),
            "context": status.context,
            "creator": user(world.account_by_id(status.creator), Address::Hidden),
            "created_at": status.created.to_string(),
            "updated_at": status.created.to_string(),
        }),
    ))
}

/// Not recorded: after Gitea's description of its API. Of a commit without statuses the state is empty.
pub(super) fn combined(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let sha = repo.git.resolve(call.part("sha")).map_err(|error| failed(call, &error))?;
    let sha = sha.ok_or_else(|| not_found(call))?;
    let of_commit = repo.statuses.iter().filter(|status| status.sha == sha);
    // the last one of each context
    let statuses = of_commit.map(|status| status.context.as_str()).collect::<BTreeSet<_>>().len();
    let urls = Urls::of(call.forge, &world, id);
    Ok(json(
        200,
        &json!({
            "state": repo.combined_status(&sha).unwrap_or_default(),
            "sha": sha,
            "total_count": statuses,
            "commit_url": format!("{}/commits/{sha}", urls.api),
            "url": format!("{}/commits/{sha}/status", urls.api),
        }),
    ))
}
