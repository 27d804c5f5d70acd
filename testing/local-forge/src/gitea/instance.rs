//! What the instance tells about itself and about the caller.

use loopback::Response;
use serde_json::json;

use super::access::signed_in;
use super::json::{Address, user as user_json};
use super::reply::{error, json};
use crate::routing::Call;

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
pub(super) fn version(_: &Call<'_>) -> Result<Response, Response> {
    Ok(json(200, &json!({ "version": "development" })))
}

#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
pub(super) fn settings(_: &Call<'_>) -> Result<Response, Response> {
    Ok(json(
        200,
        &json!({
            "max_response_items": 50,
            "default_paging_num": 30,
            "default_git_trees_per_page": 1000,
            "default_max_blob_size": 10_485_760,
            "default_max_response_size": 104_857_600,
        }),
    ))
}

pub(super) fn user(call: &Call<'_>) -> Result<Response, Response> {
    signed_in(call)?;
    let world = call.forge.world();
    let account = call.caller.account(&world).ok_or_else(|| error(call, 401, "token is required"))?;
    Ok(json(200, &user_json(account, Address::Own)))
}
