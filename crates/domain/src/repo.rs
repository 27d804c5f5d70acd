use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// A repository on a forge: `owner/name`.
///
/// Both halves hold only what GitHub and Gitea allow (ASCII letters, digits, `-`, `_`, `.`), so the name can
/// stand in a URL path as it is. Compared without case, as both forges do.
#[derive(Clone)]
pub struct RepoName {
    full: String,
    slash: usize,
}

impl RepoName {
    /// The user or organisation that the repository belongs to.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.full[..self.slash]
    }

    /// The repository's name without its owner.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.full[self.slash + 1..]
    }

    /// `owner/name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.full
    }
}

impl FromStr for RepoName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = |rule: &str| Invalid::new(text, "a repository name", rule);
        let (owner, name) = text.split_once('/').ok_or_else(|| invalid("write it as `owner/name`"))?;
        for half in [owner, name] {
            if half.is_empty() {
                return Err(invalid("write it as `owner/name`"));
            }
            if !half.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
                return Err(invalid("owner and name hold only letters, digits, `-`, `_` and `.`"));
            }
            if half == "." || half == ".." {
                return Err(invalid("`.` and `..` are no names"));
            }
            if half.len() > 100 {
                return Err(invalid("owner and name have at most 100 characters"));
            }
        }
        Ok(Self { full: text.to_owned(), slash: owner.len() })
    }
}

impl PartialEq for RepoName {
    fn eq(&self, other: &Self) -> bool {
        self.full.eq_ignore_ascii_case(&other.full)
    }
}

impl Eq for RepoName {}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full)
    }
}

impl fmt::Debug for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoName({})", self.full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_name_has_an_owner_and_a_name() {
        let repo: RepoName = "molecule-ai/runtime.actions_1".parse().unwrap();
        assert_eq!((repo.owner(), repo.name()), ("molecule-ai", "runtime.actions_1"));
        assert_eq!(repo, "Molecule-AI/Runtime.Actions_1".parse().unwrap());
    }

    #[test]
    fn what_could_leave_its_place_in_a_path_is_no_repository_name() {
        for text in ["", "a", "/b", "a/", "a/b/c", "a/..", "./b", "a b/c", "a/b?c", "a/b%2f", "ä/b", "a/b\n"]
        {
            assert!(text.parse::<RepoName>().is_err(), "{text:?} was accepted");
        }
    }
}
