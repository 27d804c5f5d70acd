//! What can go wrong on the way to an answer.

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::connect::ConnectError;
use crate::refusal::Refusal;

/// What was asked of whom, as it may be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The method.
    pub method: Method,
    /// The URL without userinfo and without the values of token-like query parameters.
    pub url: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}`", self.method, self.url)
    }
}

/// Why there is no answer with a 2xx status.
///
/// The two questions a caller asks are answered by [`Error::status`] (the server said no: with which status?)
/// and by [`Error::is_ambiguous`] (the server may have acted: read back before trying again).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The settings do not make a client.
    #[error("{0}")]
    Settings(String),

    /// The request cannot be sent at all; nothing was.
    #[error("{target} cannot be sent: {reason}")]
    Unsendable {
        /// What was to be asked.
        target: Target,
        /// Why it cannot be.
        reason: String,
    },

    /// No connection came about, so the server did not act.
    #[error(transparent)]
    Connect(Box<ConnectError>),

    /// A [`Read`](crate::Effect::Read) got no answer, or only part of one, on every try.
    #[error("no answer to {target} ({attempts}): {failure}", attempts = tries(*attempts))]
    NoAnswer {
        /// What was asked.
        target: Target,
        /// What happened on the last try.
        failure: Failure,
        /// How often it was tried.
        attempts: u32,
    },

    /// A [`Write`](crate::Effect::Write) may or may not have been carried out. It was not tried again.
    #[error("{target} may or may not have taken effect: {doubt}")]
    Ambiguous {
        /// What was asked.
        target: Target,
        /// What leaves it open.
        doubt: Doubt,
    },

    /// The server answered with another status than 2xx.
    #[error("{target} was refused with {0}", target = .0.target)]
    Refused(Box<Refusal>),

    /// A rate limit, or a server that sheds load, refused the request, and waiting for it would have gone
    /// beyond the attempts or the patience of the [`RetryPolicy`](crate::RetryPolicy). The server did not act.
    #[error("{target} met a limit that lasts another {lasts}: {refusal}", target = .refusal.target, lasts = words(*lasts))]
    Limited {
        /// The last answer.
        refusal: Box<Refusal>,
        /// How long the limit would still last, as far as the server told.
        lasts: Duration,
    },

    /// The server named another place, and this request may not go there.
    #[error("{target} was redirected to `{to}`, which is not followed: {reason}")]
    Redirected {
        /// What was asked.
        target: Target,
        /// Where the server sent us, redacted.
        to: String,
        /// Why the redirect was not followed.
        reason: &'static str,
    },

    /// The answer was 2xx, but its body is not what it should be. A write that ends so *was* carried out.
    #[error(transparent)]
    Undecodable(Box<Undecodable>),
}

/// Why a try gave no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No whole answer within the time allowed.
    TimedOut(Duration),
    /// The connection ended before the answer did, or what came is not HTTP; the text tells how.
    Broken(String),
    /// The body is larger than the limit, in bytes.
    TooLarge(u64),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(after) => write!(f, "timed out after {}", words(*after)),
            Self::Broken(how) => write!(f, "the connection broke: {how}"),
            Self::TooLarge(limit) => write!(f, "the body is larger than the limit of {limit} bytes"),
        }
    }
}

/// What leaves open whether a write took effect.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Doubt {
    /// No whole answer came.
    NoAnswer(Failure),
    /// A 5xx answer, which tells nothing about what was done before it.
    Answer(Box<Refusal>),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAnswer(failure) => failure.fmt(f),
            Self::Answer(refusal) => write!(f, "the answer was {refusal}"),
        }
    }
}

/// A 2xx answer whose body is not JSON of the expected shape.
#[derive(Debug, thiserror::Error)]
#[error("the answer to {target} ({}) cannot be read", .status.as_u16())]
pub struct Undecodable {
    /// What was asked.
    pub target: Target,
    /// The status of the answer.
    pub status: StatusCode,
    /// What is wrong with the body.
    pub source: serde_json::Error,
}

impl Error {
    /// The refusal, whichever way it was met: refused, limited, or a 5xx to a write.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal)
            | Self::Limited { refusal, .. }
            | Self::Ambiguous { doubt: Doubt::Answer(refusal), .. } => Some(refusal),
            _ => None,
        }
    }

    /// The status of the refusal, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// Whether a write may have been carried out all the same: look before trying again.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// Whether the same question may be answered in a while: there was no answer, a fault of the server's own, or a
    /// limit.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connect(_) | Self::NoAnswer { .. } | Self::Ambiguous { .. } | Self::Limited { .. } => true,
            other => other.status().is_some_and(|status| status.is_server_error()),
        }
    }

    /// The first of our errors among `error` and its sources.
    ///
    /// octocrab wraps what its service returns; this finds it again.
    #[must_use]
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
    }

    /// What to do about it, when there is something to do; apart from the message.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Connect(error) => error.hint().map(str::to_owned),
            Self::Refused(refusal) => refused(refusal),
            Self::Limited { .. } => {
                Some("run again when the limit is over, or use a token with a higher limit".into())
            }
            Self::Ambiguous { .. } => Some("look whether it took effect before trying again".into()),
            Self::Redirected { .. } => Some("set the URL to the place that the server names".into()),
            _ => None,
        }
    }
}

fn refused(refusal: &Refusal) -> Option<String> {
    match refusal.status {
        StatusCode::UNAUTHORIZED => Some("the token is missing, expired or revoked".into()),
        StatusCode::FORBIDDEN => Some(
            match refusal
                .header("x-accepted-github-permissions")
                .or(refusal.header("x-accepted-oauth-scopes"))
            {
                Some(needed) if !needed.is_empty() => format!("the token needs `{needed}`"),
                _ => "the token lacks a permission for this".into(),
            },
        ),
        StatusCode::NOT_FOUND => Some("a forge also answers 404 for what the token may not see".into()),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Some("put the user and password that the proxy asks for into the proxy's URL".into())
        }
        _ => None,
    }
}

fn tries(attempts: u32) -> String {
    if attempts == 1 { "1 try".into() } else { format!("{attempts} tries") }
}

/// A duration in words: `0.5 s`, `42 s`, `3 min`, `1 h 12 min`.
pub(crate) fn words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        _ if duration < Duration::from_secs(1) => format!("{} ms", duration.as_millis()),
        0..=119 => format!("{seconds} s"),
        120..=3599 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_words() {
        let spoken =
            [500, 1_000, 119_999, 120_000, 3_599_000, 4_320_000].map(|ms| words(Duration::from_millis(ms)));
        assert_eq!(spoken, ["500 ms", "1 s", "119 s", "2 min", "60 min", "1 h 12 min"]);
    }
}
