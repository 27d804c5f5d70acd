//! The headers that every answer of GitHub's carries: how much of the hour's quota is left, and the id
//! under which the request can be asked after.
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use jiff::Timestamp;
use loopback::Response;

use super::reply::with_header;
use crate::routing::{Call, token};
use crate::world::tokens::{Caller, Holder, Token};

/// Counts the request and tells its caller where he stands.
///
/// The count refuses nobody: a used-up quota is a fault, see [`primary_limit`](crate::primary_limit).
pub(super) fn count(call: &Call<'_>, answer: Response) -> Response {
    let limit = limit(&call.caller);
    let (used, total) = {
        let mut world = call.forge.world();
        let requests = &mut world.conditions.requests;
        let used = requests.entry(token(call.request).unwrap_or_default()).or_default();
        *used += 1;
        (*used, requests.values().sum::<u64>())
    };
    let resource = if call.request.uri().path() == "/api/graphql" { "graphql" } else { "core" };
    let hour = Timestamp::now().as_second() / 3600 + 1;
    let headers = [
        ("x-github-request-id", format!("C0DE:{total:05X}")),
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", limit.saturating_sub(used).to_string()),
        ("x-ratelimit-reset", (hour * 3600).to_string()),
        ("x-ratelimit-resource", resource.to_owned()),
        ("x-ratelimit-used", used.to_string()),
    ];
    headers.iter().fold(answer, |answer, (name, value)| with_header(answer, name, value))
}

/// Requests an hour, by the kind of caller.
fn limit(caller: &Caller) -> u64 {
    match caller {
        Caller::Anonymous | Caller::Rejected => 60,
        Caller::Known(Token { holder: Holder::Job(_), .. }) => 1000,
        Caller::Known(_) => 5000,
    }
}
