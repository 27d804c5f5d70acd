//! Releases, and the files that are attached to them.

use bytes::Bytes;
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
    /// When it stopped being a draft.
    pub(crate) published: Option<Timestamp>,
    /// Whether nothing about its assets can change any more; only GitHub has such.
    pub(crate) immutable: bool,
    /// Oldest first.
    pub(crate) assets: Vec<ReleaseAsset>,
}

/// A file that is attached to a release.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseAsset {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) label: Option<String>,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
    /// Whether the upload came to its end.
    pub(crate) whole: bool,
    pub(crate) uploader: UserId,
    pub(crate) created: Timestamp,
}

impl Release {
    /// The asset of this id.
    pub(crate) fn asset(&self, id: u64) -> Option<&ReleaseAsset> {
        self.assets.iter().find(|asset| asset.id == id)
    }
}
