//! JSON web tokens, <https://www.rfc-editor.org/rfc/rfc7519>.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::runs::{Alphabet, Runs};
use super::token::Match;
use super::{Certainty, Kind};

const PREFIX: &str = "eyJ";
/// The longest header of a token that stands right behind a name, where every part of a word may be one.
const LONGEST_HEADER_BEHIND: usize = 512;
/// The longest header and the longest claims that are decoded.
const LONGEST_HEADER: usize = 4 << 10;
const LONGEST_CLAIMS: usize = 64 << 10;
/// The fewest characters of a signature.
const LEAST_SIGNATURE: usize = 20;

const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes in base64url.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    BASE64_URL.decode(text).ok()
}

/// A signed token whose header and claims are JSON.
///
/// One without a signature proves nothing to anybody, and the one of jwt.io is everybody's example.
pub(super) fn at(runs: &mut Runs<'_>, at: usize) -> Option<Match> {
    let header = runs.from(at, Alphabet::Url);
    if at > 0 && matches!(runs.bytes[at - 1], b'-' | b'_') && header.len() > LONGEST_HEADER_BEHIND {
        return None;
    }
    let claims_at = at + header.len() + 1;
    if header.len() > LONGEST_HEADER || runs.bytes.get(claims_at - 1) != Some(&b'.') {
        return None;
    }
    let claims = runs.from(claims_at, Alphabet::Url);
    let signature_at = claims_at + claims.len() + 1;
    if claims.len() > LONGEST_CLAIMS || runs.bytes.get(signature_at - 1) != Some(&b'.') {
        return None;
    }
    let signature = runs.from(signature_at, Alphabet::Url);
    if signature.len() < LEAST_SIGNATURE {
        return None;
    }
    let algorithm = object(header)?.get("alg")?.as_str()?.to_owned();
    let claims = object(claims)?;
    if algorithm.eq_ignore_ascii_case("none") {
        return None;
    }
    let length = signature_at + signature.len() - at;
    Some(Match {
        kind: Kind::WebToken,
        certainty: Certainty::Verified,
        length,
        prefix: PREFIX.to_owned(),
        stands_for_one: is_everybodys(&claims),
    })
}

fn object(part: &[u8]) -> Option<Value> {
    serde_json::from_slice(&decoded(part)?).ok().filter(Value::is_object)
}

/// Whether the claims are those of the example on jwt.io.
fn is_everybodys(claims: &Value) -> bool {
    let claim = |name| claims.get(name).and_then(Value::as_str);
    claim("sub") == Some("1234567890") && claim("name") == Some("John Doe")
}
