//! Why a release is not as it shall be.

use std::fmt;

use domain::{CommitSha, RepoName, Sha256, TagName};

use crate::Error;

/// Why a release was not published, or not whole. What was written before is completed by the next run.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no such tag. Nothing was written.
    #[error("`{repo}` has no tag `{tag}`, and its release would make one")]
    NoTag {
        /// The repository.
        repo: RepoName,
        /// The tag.
        tag: TagName,
    },
    /// The tag is that of another commit. Nothing was written since.
    #[error(
        "tag `{tag}` of `{repo}` leads to commit `{held}`, and what is to be released was made from `{wanted}`"
    )]
    TagElsewhere {
        /// The repository.
        repo: RepoName,
        /// The tag.
        tag: TagName,
        /// Where it leads.
        held: CommitSha,
        /// Where it should.
        wanted: CommitSha,
    },
    /// The release has files of the same names with other bytes. Nothing was written since.
    #[error("the release `{url}` has other files under the same names:{}", Lines(.files))]
    OtherBytes {
        /// The release's page.
        url: String,
        /// What differs.
        files: Vec<AssetDifference>,
    },
    /// The release is published, lacks files, and cannot be changed.
    #[error("the release `{url}` lacks {}, and is immutable", listed(.missing))]
    Immutable {
        /// The release's page.
        url: String,
        /// The files that it has not, or not whole.
        missing: Vec<String>,
    },
    /// There is more than one draft, and no knowing which one is meant.
    #[error("`{repo}` has {} draft releases of tag `{tag}`: {}", .pages.len(), listed(.pages))]
    SeveralDrafts {
        /// The repository.
        repo: RepoName,
        /// The tag.
        tag: TagName,
        /// Their pages.
        pages: Vec<String>,
    },
    /// A release of a tag whose name differs only in case; Gitea has one release for both.
    #[error("the release `{url}` of tag `{held}` is in the way of one of `{tag}`")]
    OtherCase {
        /// The tag to release.
        tag: TagName,
        /// The tag of the release.
        held: String,
        /// The release's page.
        url: String,
    },
    /// The forge keeps a file under another name than the one that it was sent with.
    #[error("the release `{url}` has `{asset}` under the name `{held}`")]
    Renamed {
        /// The release's page.
        url: String,
        /// The file's name.
        asset: String,
        /// The forge's name for it.
        held: String,
    },
    /// A request failed, or was refused.
    #[error(transparent)]
    Call(#[from] Error),
}

/// A file that is not the one to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetDifference {
    /// Its name.
    pub name: String,
    /// Size and digest of the file to attach.
    pub ours: (u64, Sha256),
    /// Size and digest of the one that is there, the latter where it is known.
    pub theirs: (u64, Option<Sha256>),
}

impl fmt::Display for AssetDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (size, sha256) = &self.ours;
        write!(
            f,
            "`{}`: to attach are {size} bytes with sha256 {sha256}, there are {} bytes",
            self.name, self.theirs.0
        )?;
        match &self.theirs.1 {
            Some(sha256) => write!(f, " with sha256 {sha256}"),
            None => Ok(()),
        }
    }
}

struct Lines<'a>(&'a [AssetDifference]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
}

impl ReleaseError {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoTag { .. } => {
                "push the tag first: a release for a tag that is missing makes it at any commit"
            }
            Self::TagElsewhere { .. } => "run at the tag's own commit, or release under another version",
            Self::OtherBytes { .. } => {
                "find out where they come from; delete them from the release if they are not what users have"
            }
            Self::Immutable { .. } => "release under another version: nobody can complete this one",
            Self::SeveralDrafts { .. } => "delete all of them but one",
            Self::OtherCase { .. } => "delete that release, or release under another tag",
            Self::Renamed { .. } => "give the file a name of letters, digits and `._-+` alone",
            Self::Call(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}
