//! PyPI's tokens: macaroons in base64url, <https://docs.pypi.org/api/secrets/>.

use super::placeholder::{is_elided, is_placeholder};
use super::runs::{Alphabet, Runs};
use super::token::Match;
use super::web_token::decoded;
use super::{Certainty, Kind};

const PREFIX: &str = "pypi-";
/// The fewest characters behind the prefix: a macaroon's location and the beginning of its identifier.
const LEAST: usize = 32;
/// As many as the shortest whole one has, signature and all.
const WHOLE: usize = 120;

/// A token of an index: `pypi-`, and a macaroon. Packages are called `pypi-something` too.
pub(super) fn at(runs: &mut Runs<'_>, at: usize) -> Option<Match> {
    let rest = &runs.bytes[at..];
    if !rest.starts_with(PREFIX.as_bytes()) {
        return None;
    }
    let body = runs.from(at + PREFIX.len(), Alphabet::Url);
    if body.len() < LEAST || !is_macaroon(&body[..LEAST]) {
        return None;
    }
    let length = PREFIX.len() + body.len();
    let verified = body.len() >= WHOLE;
    let stands_for_one = is_placeholder(&rest[..length]) || is_elided(&rest[length..]);
    let certainty = if verified { Certainty::Verified } else { Certainty::Shaped };
    let prefix = PREFIX.to_owned();
    Some(Match { kind: Kind::PyPi, certainty, length, prefix, stands_for_one: stands_for_one && !verified })
}

/// Whether a body begins as version 2 of macaroons does: version, field 1, length, the host of the index.
fn is_macaroon(start: &[u8]) -> bool {
    let Some(bytes) = decoded(start) else { return false };
    let [2, 1, length, location @ ..] = &*bytes else { return false };
    let location = &location[..location.len().min(usize::from(*length))];
    !location.is_empty()
        && location.contains(&b'.')
        && location
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'0'..=b'9' | b'.' | b'-' | b':'))
}
