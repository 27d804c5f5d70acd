//! The headers that every answer of GitHub's carries: how much of the hour's quota is left, and the id
//! under which the request can be asked after.
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::sync::PoisonError;

use jiff::Timestamp;
use loopback::Response;
use serde_json::json;

use super::reply::{json as json_reply, with_header};
use crate::routing::{Call, token};
use crate::world::tokens::{Caller, Holder, Token};

/// Tells where the caller stands, which is not counted itself.
#[expect(clippy::unnecessary_wraps, reason = "every handler has this shape")]
pub(super) fn overview(call: &Call<'_>) -> Result<Response, Response> {
    let limit = limit(&call.caller);
    let (used, reset) = standing(call);
    let core =
        json!({ "limit": limit, "used": used, "remaining": limit.saturating_sub(used), "reset": reset });
    let other = json!({ "limit": 30, "used": 0, "remaining": 30, "reset": reset });
    let resources = json!({ "core": core, "search": other });
    Ok(json_reply(200, &json!({ "resources": resources, "rate": core })))
}

/// How many of the hour's requests the caller has used, and when the hour ends.
fn standing(call: &Call<'_>) -> (u64, i64) {
    if let Some(limiter) = &*call.forge.limiter.lock().unwrap_or_else(PoisonError::into_inner) {
        let hour = limiter.hour(&super::limits::caller(call));
        return (hour.used, hour.reset.as_second() + 1);
    }
    let used = call.forge.world().conditions.requests.get(&token(call.request).unwrap_or_default()).copied();
    (used.unwrap_or_default(), (Timestamp::now().as_second() / 3600 + 1) * 3600)
}

/// Counts the request and tells its caller where he stands.
///
/// Without [`enforce_limits`](crate::ForgeHandle::enforce_limits) the count refuses nobody: a used-up quota is a
/// fault, see [`primary_limit`](crate::primary_limit).
pub(super) fn count(call: &Call<'_>, answer: Response) -> Response {
    let limit = limit(&call.caller);
    let total = {
        let mut world = call.forge.world();
        let requests = &mut world.conditions.requests;
        if call.request.uri().path() != "/api/v3/rate_limit" {
            *requests.entry(token(call.request).unwrap_or_default()).or_default() += 1;
        }
        requests.values().sum::<u64>()
    };
    let (used, reset) = standing(call);
    let resource = if call.request.uri().path() == "/api/graphql" { "graphql" } else { "core" };
    let headers = [
        ("x-github-request-id", format!("C0DE:{total:05X}")),
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", limit.saturating_sub(used).to_string()),
        ("x-ratelimit-reset", reset.to_string()),
        ("x-ratelimit-resource", resource.to_owned()),
        ("x-ratelimit-used", used.to_string()),
    ];
    headers.iter().fold(answer, |answer, (name, value)| with_header(answer, name, value))
}

/// Requests an hour, by the kind of caller.
pub(super) fn limit(caller: &Caller) -> u64 {
    match caller {
        Caller::Anonymous | Caller::Rejected => 60,
        Caller::Known(Token { holder: Holder::Job(_), .. }) => 1000,
        Caller::Known(_) => 5000,
    }
}
