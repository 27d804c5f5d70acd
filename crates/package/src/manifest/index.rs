//! `[index]` and `[mirror]`: where the package goes.

use domain::{BranchName, RepoName};
use serde::Deserialize;
use url::Url;

use super::words::from_str;
use crate::path::TreePath;

/// Where the package is published. Unset addresses are PyPI's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Index {
    /// The simple index that installers read: `https://pypi.org/simple/`.
    pub simple_url: Option<Url>,
    /// Where archives are sent: `https://upload.pypi.org/legacy/`.
    pub upload_url: Option<Url>,
    /// The deployment environment that a trusted publisher is bound to: `pypi-publish`.
    pub environment: Option<String>,
}

/// Where the package's tree is mirrored to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mirror {
    /// The repository.
    #[serde(deserialize_with = "from_str")]
    pub repository: RepoName,
    /// The branch; the repository's default branch where it is not set.
    #[serde(default, deserialize_with = "some_from_str")]
    pub branch: Option<BranchName>,
    /// A folder of files that the mirror has beside the package, as they are: the workflow of its guard, above all.
    #[serde(default)]
    pub files: Option<TreePath>,
    /// What becomes of the commits that it has.
    #[serde(default)]
    pub history: MirrorHistory,
}

/// What becomes of the commits that a mirror has, when a release is pushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MirrorHistory {
    /// The release is a commit on top of them.
    #[default]
    Keep,
    /// The release is the only commit, and takes their place.
    Replace,
}

fn some_from_str<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    from_str(deserializer).map(Some)
}
