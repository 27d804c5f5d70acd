//! `/statuses/{sha}`.

use loopback::Response;
use serde_json::json;

use super::access::writable;
use super::json::{Address, Urls, user};
use super::reply::{body, broken, field, json};
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
