//! The ways in which a forge says "too much", as faults, and how much it was.

use loopback::{Exchange, Fault, Target};

/// How many requests were under way together at most, latency and all.
#[must_use]
pub fn most_at_once(exchanges: &[Exchange]) -> usize {
    let began = exchanges.iter().map(|exchange| (exchange.started, 1));
    let ended = exchanges.iter().map(|exchange| (exchange.ended, -1));
    let mut changes: Vec<(_, isize)> = began.chain(ended).collect();
    // one that ends when another begins has made room for it
    changes.sort();
    let mut under_way = 0_isize;
    let most = changes.into_iter().map(|(_, change)| {
        under_way += change;
        under_way
    });
    usize::try_from(most.max().unwrap_or_default()).unwrap_or_default()
}

/// GitHub's primary limit: 403 with nothing remaining until `reset`, in seconds since the epoch.
///
/// See <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
#[must_use]
pub fn primary_limit(target: impl Into<Target>, reset: i64) -> Fault {
    Fault::status(target, 403)
        .header("content-type", "application/json; charset=utf-8")
        .header("x-ratelimit-limit", "1000")
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-used", "1000")
        .header("x-ratelimit-resource", "core")
        .header("x-ratelimit-reset", &reset.to_string())
        .body(
            r#"{"message":"API rate limit exceeded for installation.","documentation_url":"https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api","status":"403"}"#,
        )
}

/// GitHub's secondary limit: `status` (403 or 429), with `retry-after` in seconds when it says so.
///
/// See <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>.
#[must_use]
pub fn secondary_limit(target: impl Into<Target>, status: u16, retry_after: Option<u64>) -> Fault {
    let fault = Fault::status(target, status)
        .header("content-type", "application/json; charset=utf-8")
        .body(format!(
            r#"{{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.","documentation_url":"https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits","status":"{status}"}}"#
        ));
    match retry_after {
        Some(seconds) => fault.header("retry-after", &seconds.to_string()),
        None => fault,
    }
}

/// Gitea under load: its `[qos]` setting sheds requests with 503.
#[must_use]
pub fn overload(target: impl Into<Target>) -> Fault {
    Fault::status(target, 503)
        .header("content-type", "text/plain; charset=utf-8")
        .body("Service Unavailable\n")
}
