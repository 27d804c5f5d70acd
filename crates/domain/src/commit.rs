use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// The full id of a git object, nearly always of a commit: 40 hexadecimal digits, or 64 in a SHA-256
/// repository, in lower case.
///
/// Abbreviations are refused: what they name changes as a repository grows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct CommitSha(String);

impl CommitSha {
    /// All digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven digits, for people to read; never for a machine to look up.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..7]
    }

    /// The id that git writes where there is no object: all zeros, in this id's length.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.0.bytes().all(|digit| digit == b'0')
    }
}

impl FromStr for CommitSha {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let length_fits = text.len() == 40 || text.len() == 64;
        if !length_fits || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Invalid::new(text, "a commit id", "give all 40 (or 64) hexadecimal digits"));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl TryFrom<String> for CommitSha {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl fmt::Display for CommitSha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CommitSha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitSha({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_id_is_kept_in_lower_case_and_abbreviated_for_people() {
        let sha: CommitSha = "0123456789ABCDEF0123456789ABCDEF01234567".parse().unwrap();
        assert_eq!(sha.as_str(), "0123456789abcdef0123456789abcdef01234567");
        assert_eq!(sha.short(), "0123456");
        assert!(!sha.is_null());
        assert!("0".repeat(40).parse::<CommitSha>().unwrap().is_null());
        assert!("a".repeat(64).parse::<CommitSha>().is_ok());
    }

    #[test]
    fn an_abbreviation_a_branch_or_a_stray_character_is_no_commit_id() {
        for text in
            ["", "main", "0123456", &"g".repeat(40), &"a".repeat(41), &format!("{}\n", "a".repeat(40))]
        {
            assert!(text.parse::<CommitSha>().is_err(), "{text:?} was accepted");
        }
    }
}
