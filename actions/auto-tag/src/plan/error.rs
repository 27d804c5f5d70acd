//! Why no verdict can be given.

use domain::{CommitSha, ReleaseTag, TagVersion};

/// Why no verdict can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The commit is not on the branch.
    #[error("commit `{commit}` is not on branch `{branch}`")]
    NotOnBranch {
        /// The commit to release.
        commit: CommitSha,
        /// The branch that was to hold it.
        branch: String,
    },
    /// The release that this one would follow and the commit have parted ways.
    #[error("`{tag}`, {what}, is not part of the history of commit `{commit}`, nor the other way round")]
    Diverged {
        /// The release.
        tag: ReleaseTag,
        /// Which one it is, in words: `the highest release`.
        what: &'static str,
        /// The commit to release.
        commit: CommitSha,
    },
    /// The version file holds a version that is lower than what was released on this line.
    #[error(
        "`{path}` holds version {version}, which is lower than `{tag}`, a release that the commit contains"
    )]
    Lower {
        /// The version file.
        path: String,
        /// Its version.
        version: TagVersion,
        /// The higher release.
        tag: ReleaseTag,
    },
    /// The version file holds a version that was published and that no tag names.
    #[error(
        "`{path}` holds version {version}, and the index `{index}` holds that version of `{project}` already, though no release tag names it"
    )]
    Published {
        /// The version file.
        path: String,
        /// Its version.
        version: TagVersion,
        /// The project on the index.
        project: String,
        /// The index.
        index: String,
    },
    /// `on-no-pr` is `fail`, and there are direct pushes.
    #[error("{} since the last release came by no pull request, and `on-no-pr` is `fail`: {}", commits(.0.len()), .0.join(", "))]
    DirectPushes(Vec<String>),
    /// What came since a release was not read.
    #[error("it is not known what came since `{0}`")]
    Unread(ReleaseTag),
    /// The version file holds no version.
    #[error("version file `{0}` is not in the repository at this commit")]
    NoVersionFile(String),
}

fn commits(count: usize) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}

impl PlanError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotOnBranch { branch, .. } => {
                format!("release a commit that `{branch}` holds, or run on the branch that holds this one")
            }
            Self::Diverged { tag, .. } => format!(
                "merge the branch that holds `{tag}` into this one, or give this line of releases a `tag-prefix` of its own"
            ),
            Self::DirectPushes(_) => {
                "merge changes by pull requests, or set `on-no-pr` to `patch` or `skip`".to_owned()
            }
            Self::Lower { tag, .. } => format!("commit a version that is higher than {}", tag.version()),
            Self::Published { version, .. } => format!(
                "commit a version that is higher than {version}; or, if it was published from a commit of this branch, tag that one by hand"
            ),
            Self::Unread(_) => "report this: it should have been read before the decision".to_owned(),
            Self::NoVersionFile(_) => "correct `version-file`, relative to the repository's root".to_owned(),
        }
    }
}
