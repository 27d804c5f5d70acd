//! The request log.

use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What the service called it.
    pub operation: String,
    /// The method.
    pub method: Method,
    /// Path and query as they stood in the request line.
    pub target: String,
    /// The request's headers.
    pub request_headers: HeaderMap,
    /// The request's body.
    pub request_body: Bytes,
    /// When its body had been read.
    pub started: Instant,
    /// When its answer was ready to be sent, or its connection was cut.
    pub ended: Instant,
    /// The status that was sent; `None` when the connection was cut instead.
    pub status: Option<StatusCode>,
    /// The headers that were sent.
    pub response_headers: HeaderMap,
    /// The body that was sent.
    pub response_body: Bytes,
}

/// How many of the exchanges were of this operation.
#[must_use]
pub fn count(exchanges: &[Exchange], operation: &str) -> usize {
    exchanges.iter().filter(|exchange| exchange.operation == operation).count()
}

/// How many round trips the client waited for: the longest chain of exchanges of which each began after
/// the one before it had ended.
///
/// Requests sent at the same time count once, provided that they overlap here too. Against a server that
/// answers at once they may not: set a latency of some ten milliseconds before counting.
#[must_use]
pub fn round_trips(exchanges: &[Exchange]) -> usize {
    let mut by_end: Vec<_> = exchanges.iter().collect();
    by_end.sort_by_key(|exchange| exchange.ended);
    let mut trips = 0;
    let mut last_end = None;
    for exchange in by_end {
        if last_end.is_none_or(|end| exchange.started >= end) {
            trips += 1;
            last_end = Some(exchange.ended);
        }
    }
    trips
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn exchanges(spans: &[(u64, u64)]) -> Vec<Exchange> {
        let origin = Instant::now();
        spans
            .iter()
            .map(|&(started, ended)| Exchange {
                operation: "tags.list".to_owned(),
                method: Method::GET,
                target: "/".to_owned(),
                request_headers: HeaderMap::new(),
                request_body: Bytes::new(),
                started: origin + Duration::from_millis(started),
                ended: origin + Duration::from_millis(ended),
                status: Some(StatusCode::OK),
                response_headers: HeaderMap::new(),
                response_body: Bytes::new(),
            })
            .collect()
    }

    #[test]
    fn requests_one_after_the_other_are_a_round_trip_each() {
        assert_eq!(round_trips(&exchanges(&[(0, 1), (2, 3), (3, 4)])), 3);
    }

    #[test]
    fn requests_at_the_same_time_are_one_round_trip() {
        assert_eq!(round_trips(&exchanges(&[(0, 9), (1, 8), (2, 5), (10, 11)])), 2);
    }

    #[test]
    fn a_long_request_beside_two_short_ones_does_not_hide_them() {
        assert_eq!(round_trips(&exchanges(&[(0, 9), (1, 2), (3, 4)])), 2);
    }

    #[test]
    fn nothing_asked_is_no_round_trip() {
        assert_eq!(round_trips(&[]), 0);
    }
}
