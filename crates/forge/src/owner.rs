//! Whose repositories are meant.

use std::fmt;
use std::str::FromStr;

use domain::RepoName;

/// An organisation or a person, as the first half of a repository's name.
///
/// It obeys the rules of [`RepoName`], so that it can stand in a URL path as it is, and is compared without case.
#[derive(Debug, Clone)]
pub struct Owner(String);

/// A text that is no owner's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an owner's name: it holds only letters, digits, `-`, `_` and `.`", .0.escape_debug())]
pub struct InvalidOwner(String);

impl Owner {
    /// The name alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The owner of a repository.
    #[must_use]
    pub fn of(repo: &RepoName) -> Self {
        Self(repo.owner().to_owned())
    }
}

impl FromStr for Owner {
    type Err = InvalidOwner;

    fn from_str(text: &str) -> Result<Self, InvalidOwner> {
        let any: Result<RepoName, _> = format!("{text}/any").parse();
        match any {
            Ok(any) if any.owner() == text => Ok(Self(text.to_owned())),
            _ => Err(InvalidOwner(text.to_owned())),
        }
    }
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Owner {}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_one_half_of_a_repositorys_name() {
        let owner: Owner = "Molecule-AI".parse().unwrap();
        assert_eq!(owner, Owner::of(&"molecule-ai/core".parse().unwrap()));
        for text in ["", "a/b", "a b", "..", "a?b", "ä"] {
            assert!(text.parse::<Owner>().is_err(), "{text:?} was accepted");
        }
    }
}
