//! The rate limits, where a test has them enforced.

use std::sync::PoisonError;

use http::Method;
use loopback::Response;

use super::quota;
use super::reply::{error, with_header};
use crate::limiter::{Barred, Cost, Limit};
use crate::routing::{Call, token};
use crate::world::tokens::{Caller, Holder, Token};

/// The refusal of a request that would go beyond a limit.
pub(super) fn refuse(call: &Call<'_>) -> Option<Response> {
    if call.request.uri().path() == "/api/v3/rate_limit" {
        return None;
    }
    let mut limiter = call.forge.limiter.lock().unwrap_or_else(PoisonError::into_inner);
    let limiter = limiter.as_mut()?;
    let under_way = call.forge.under_way();
    let barred = limiter.admit(&caller(call), cost(call), quota::limit(&call.caller), under_way).err()?;
    Some(refusal(barred))
}

/// Under whose name a request is counted: an installation's tokens are one.
pub(super) fn caller(call: &Call<'_>) -> String {
    match &call.caller {
        Caller::Known(Token { holder: Holder::Installation { installation, .. }, .. }) => {
            format!("installation {installation}")
        }
        _ => token(call.request).unwrap_or_default(),
    }
}

fn cost(call: &Call<'_>) -> Cost {
    let graphql = call.request.uri().path() == "/api/graphql";
    let reads = if graphql {
        !String::from_utf8_lossy(call.request.body()).contains("mutation")
    } else {
        matches!(*call.request.method(), Method::GET | Method::HEAD)
    };
    Cost { points: if reads { 1 } else { 5 }, graphql, creates: !reads }
}

fn refusal(barred: Barred) -> Response {
    if barred.limit == Limit::Primary {
        // When it ends is told by the headers that every answer has.
        return error(403, "API rate limit exceeded for user ID 1.");
    }
    let words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    with_header(error(403, words), "retry-after", &barred.seconds.max(1).to_string())
}
