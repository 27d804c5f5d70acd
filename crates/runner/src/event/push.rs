use domain::{BranchName, CommitSha};
use serde::{Deserialize, Deserializer};

use super::payload;
use crate::GitRef;

/// A branch or a tag was created, moved or deleted.
///
/// The payload's list of commits is left out on purpose: Gitea cuts it to five and GitHub to 2,048. Compare
/// [`before`](Self::before) with [`after`](Self::after) instead.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Push {
    /// What was pushed.
    #[serde(rename = "ref", deserialize_with = "payload::word")]
    pub git_ref: GitRef,
    /// Where it stood; none for a ref that was created.
    #[serde(deserialize_with = "payload::commit")]
    pub before: Option<CommitSha>,
    /// Where it stands; none for a ref that was deleted.
    #[serde(deserialize_with = "payload::commit")]
    pub after: Option<CommitSha>,
    /// The whole message of the commit where it stands, if the forge told it.
    #[serde(default, rename = "head_commit", deserialize_with = "message")]
    pub head_message: Option<String>,
    /// The repository's default branch.
    #[serde(default, rename = "repository", deserialize_with = "payload::default_branch")]
    pub default_branch: Option<BranchName>,
}

fn message<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    struct HeadCommit {
        message: String,
    }
    Ok(Option::<HeadCommit>::deserialize(from)?.map(|commit| commit.message))
}
