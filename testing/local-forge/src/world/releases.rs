//! Releases.

use jiff::Timestamp;

use super::accounts::UserId;

/// A release; of a tag that need not exist yet while it is a draft.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) tag: String,
    /// What the tag was or will be made at; empty when it existed before.
    pub(crate) target: String,
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) draft: bool,
    pub(crate) prerelease: bool,
    pub(crate) author: UserId,
    pub(crate) created: Timestamp,
}
