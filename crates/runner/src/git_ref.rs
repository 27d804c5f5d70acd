use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use domain::{BranchName, CommitSha, TagName};

/// What a job runs for: the value of `GITHUB_REF` or of a payload's `ref`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitRef {
    /// `refs/heads/…`
    Branch(BranchName),
    /// `refs/tags/…`
    Tag(TagName),
    /// `refs/pull/N/merge` on GitHub, `refs/pull/N/head` on Gitea: the number.
    PullRequest(u64),
    /// A bare commit: what Gitea gives the run of a pull request that was just merged.
    Commit(CommitSha),
    /// Anything else, as it was.
    Other(String),
}

impl FromStr for GitRef {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let known = if let Some(branch) = text.strip_prefix("refs/heads/") {
            branch.parse().map(Self::Branch).ok()
        } else if let Some(tag) = text.strip_prefix("refs/tags/") {
            tag.parse().map(Self::Tag).ok()
        } else if let Some(pull) = text.strip_prefix("refs/pull/") {
            pull.split_once('/').and_then(|(number, _)| number.parse().ok()).map(Self::PullRequest)
        } else {
            text.parse().map(Self::Commit).ok()
        };
        Ok(known.unwrap_or_else(|| Self::Other(text.to_owned())))
    }
}

impl fmt::Display for GitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch(branch) => write!(f, "branch `{branch}`"),
            Self::Tag(tag) => write!(f, "tag `{tag}`"),
            Self::PullRequest(number) => write!(f, "pull request #{number}"),
            Self::Commit(sha) => write!(f, "commit `{sha}`"),
            Self::Other(text) => write!(f, "ref `{text}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> GitRef {
        let Ok(git_ref) = text.parse();
        git_ref
    }

    #[test]
    fn every_shape_of_a_ref_is_told_apart() {
        let sha = "5fbdd049cde7990e340ca0cee5f69ee400d98b81";
        assert_eq!(parse("refs/heads/feat/x"), GitRef::Branch("feat/x".parse().unwrap()));
        assert_eq!(parse("refs/tags/runtime-v1.0.0"), GitRef::Tag("runtime-v1.0.0".parse().unwrap()));
        assert_eq!(parse("refs/pull/6/merge"), GitRef::PullRequest(6));
        assert_eq!(parse("refs/pull/6/head"), GitRef::PullRequest(6));
        assert_eq!(parse(sha), GitRef::Commit(sha.parse().unwrap()));
        assert_eq!(parse("refs/notes/x"), GitRef::Other("refs/notes/x".to_owned()));
        assert_eq!(parse("refs/heads/"), GitRef::Other("refs/heads/".to_owned()));
    }
}
