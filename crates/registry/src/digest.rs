//! What names the bytes of a manifest, a config or a layer.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// A digest of the algorithm that every registry uses: `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

/// A text that is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no digest: one is `sha256:` and 64 hexadecimal digits")]
pub struct DigestError(String);

const ALGORITHM: &str = "sha256:";

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes);
        let digits = hash.iter().fold(ALGORITHM.to_owned(), |digits, byte| format!("{digits}{byte:02x}"));
        Self(digits)
    }

    /// The digest as text, algorithm included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_digest =
            text.strip_prefix(ALGORITHM).is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_digit));
        if is_digest { Ok(Self(text.to_owned())) } else { Err(DigestError(text.to_owned())) }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_the_well_known_one() {
        let nothing = Digest::of(b"");
        assert_eq!(
            nothing.as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(nothing.as_str().parse(), Ok(nothing));
    }

    #[test]
    fn other_texts_are_no_digests() {
        let long = format!("sha256:{}", "A".repeat(64));
        for text in ["", "sha256:", "sha256:abc", "latest", long.as_str()] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }
}
