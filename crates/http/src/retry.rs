//! When a request is tried again, and after how long.

use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderMap, RETRY_AFTER};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::request::Effect;

/// How often and how long a request is tried.
///
/// | what happened | `Effect::Read` | `Effect::Write` |
/// |---|---|---|
/// | 2xx | answer | answer |
/// | no connection (name, refused, time-out, TLS, tunnel) | again after backoff | again after backoff |
/// | certificate not trusted or not acceptable | [`Error::Connect`] | [`Error::Connect`] |
/// | no whole answer (time-out, connection cut) | again after backoff | [`Error::Ambiguous`] |
/// | body larger than the limit | [`Error::NoAnswer`] | [`Error::Ambiguous`] |
/// | 429; 403 with `retry-after`, with `x-ratelimit-remaining: 0`, or that speaks of a rate limit; 503 with `retry-after`; a GraphQL error `RATE_LIMITED` | again when the limit is over | again when the limit is over |
/// | 500, 502, 503, 504 | again after backoff | [`Error::Ambiguous`] |
/// | other 5xx | [`Error::Refused`] | [`Error::Ambiguous`] |
/// | other statuses | [`Error::Refused`] | [`Error::Refused`] |
///
/// A limit is over after `retry-after` (seconds, or a date), else at `x-ratelimit-reset` when
/// `x-ratelimit-remaining` is 0, else after [`limit_pause`](Self::limit_pause), doubled on each further try.
/// The tries end after [`attempts`](Self::attempts), or when the waiting would add up to more than
/// [`patience`](Self::patience); a limit then ends in [`Error::Limited`], which tells how long it would last.
///
/// A 503 *without* `retry-after` leaves a write ambiguous: Gitea sheds load that way before it acts, but a proxy
/// says the same when its backend broke off in the middle.
///
/// Follows [GitHub's rules](https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
///
/// [`Error::Connect`]: crate::Error::Connect
/// [`Error::Ambiguous`]: crate::Error::Ambiguous
/// [`Error::NoAnswer`]: crate::Error::NoAnswer
/// [`Error::Refused`]: crate::Error::Refused
/// [`Error::Limited`]: crate::Error::Limited
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often a request is tried at most, the first time included.
    pub attempts: u32,
    /// How long may be waited between the tries, all waits of one request together.
    pub patience: Duration,
    /// The wait after the first failure; it doubles on each further one.
    pub first_backoff: Duration,
    /// The longest wait after a failure.
    pub longest_backoff: Duration,
    /// The wait after a limit that does not tell how long it lasts; it doubles on each further one.
    pub limit_pause: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts, 3 minutes of patience; 0.5 s doubling to 10 s; 60 s for a limit, as GitHub asks.
    fn default() -> Self {
        Self {
            attempts: 4,
            patience: Duration::from_mins(3),
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(10),
            limit_pause: Duration::from_mins(1),
        }
    }
}

impl RetryPolicy {
    /// Tries once and never waits.
    #[must_use]
    pub fn once() -> Self {
        Self { attempts: 1, patience: Duration::ZERO, ..Self::default() }
    }
}

/// What came of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer that another try would not change: 2xx, a redirect, most refusals.
    Final,
    /// Refused by a limit before anything was done; how long it lasts, if the server told.
    Limited(Option<Duration>),
    /// 500, 502, 503 or 504.
    Unavailable,
    /// Another 5xx.
    ServerError,
    /// No connection; `true` when another try could end otherwise.
    NoConnection(bool),
    /// The request was sent, at least in part, and no whole answer came.
    NoAnswer,
    /// The answer is larger than the limit.
    TooLarge,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Hand over the answer, or what was met instead of one.
    Stop,
    /// Try again after this time.
    RetryAfter(Duration),
    /// Tell that a limit lasts this long.
    Limited(Duration),
    /// Tell that the write may have taken effect.
    Ambiguous,
}

/// The tries made so far for one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// How many tries were made.
    pub(crate) tries: u32,
    /// How long was waited between them.
    pub(crate) waited: Duration,
}

impl Outcome {
    /// Whether a limit refused the request.
    pub(crate) fn is_limit(self) -> bool {
        matches!(self, Self::Limited(_))
    }

    /// What an answer means; `body` is that of a refusal or of a GraphQL answer, and may else be empty.
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap, body: &str, now: Timestamp) -> Self {
        let exhausted = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0");
        let told = headers.contains_key(RETRY_AFTER);
        let limited = match status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::FORBIDDEN => told || exhausted || body.to_ascii_lowercase().contains("rate limit"),
            StatusCode::OK => is_graphql_limit(body),
            StatusCode::SERVICE_UNAVAILABLE => told,
            _ => false,
        };
        if limited {
            let lasts = retry_after(headers, now).or_else(|| exhausted.then(|| reset(headers, now))?);
            return Self::Limited(lasts);
        }
        match status.as_u16() {
            500 | 502..=504 => Self::Unavailable,
            501 | 505..=599 => Self::ServerError,
            _ => Self::Final,
        }
    }
}

/// Whether a GraphQL answer is nothing but the news of a limit: GitHub gives those the status 200.
fn is_graphql_limit(body: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Answer {
        errors: Vec<Fault>,
    }
    #[derive(serde::Deserialize)]
    struct Fault {
        #[serde(rename = "type")]
        kind: String,
    }
    // Parsed only when the word occurs at all: nearly no answer is one.
    body.contains("RATE_LIMIT")
        && serde_json::from_str::<Answer>(body)
            .is_ok_and(|answer| answer.errors.iter().any(|fault| fault.kind.starts_with("RATE_LIMIT")))
}

/// `retry-after`, in seconds or as an HTTP date ([RFC 9110 §10.2.3]; its obsolete forms are not read).
///
/// [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(value).ok()?;
    Some(until(date, now))
}

/// `x-ratelimit-reset`, in seconds since 1970.
fn reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let seconds = headers.get("x-ratelimit-reset")?.to_str().ok()?.trim().parse().ok()?;
    Some(until(Timestamp::from_second(seconds).ok()?, now))
}

fn until(then: Timestamp, now: Timestamp) -> Duration {
    then.duration_since(now).try_into().unwrap_or(Duration::ZERO)
}

impl RetryPolicy {
    /// What to do after a try; `progress` counts that try, and `jitter` is a random number from 0 to 1.
    pub(crate) fn next(&self, effect: Effect, outcome: Outcome, progress: Progress, jitter: f64) -> Verdict {
        let wait = match (outcome, effect) {
            (Outcome::Limited(lasts), _) => {
                let lasts = lasts.unwrap_or_else(|| doubled(self.limit_pause, progress.tries));
                // Up to a second more, so that those who met the limit together do not come back together.
                let wait = lasts.saturating_add(Duration::from_secs(1).mul_f64(jitter));
                return if self.allows(wait, progress) {
                    Verdict::RetryAfter(wait)
                } else {
                    Verdict::Limited(lasts)
                };
            }
            (Outcome::NoConnection(true), _) | (Outcome::NoAnswer | Outcome::Unavailable, Effect::Read) => {
                doubled(self.first_backoff, progress.tries)
                    .min(self.longest_backoff)
                    .mul_f64(0.5 + jitter / 2.0)
            }
            (
                Outcome::NoAnswer | Outcome::Unavailable | Outcome::ServerError | Outcome::TooLarge,
                Effect::Write,
            ) => return Verdict::Ambiguous,
            (Outcome::Final | Outcome::NoConnection(false), _)
            | (Outcome::ServerError | Outcome::TooLarge, Effect::Read) => return Verdict::Stop,
        };
        if self.allows(wait, progress) { Verdict::RetryAfter(wait) } else { Verdict::Stop }
    }

    fn allows(&self, wait: Duration, progress: Progress) -> bool {
        progress.tries < self.attempts && progress.waited.saturating_add(wait) <= self.patience
    }
}

/// `first` after the first try, twice as long after each further one.
fn doubled(first: Duration, tries: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)))
}

#[cfg(test)]
mod tests;
