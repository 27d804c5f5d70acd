//! What a release shall be, and what came of it.

use bytes::Bytes;
use domain::{CommitSha, Sha256, TagName};
use ring::digest;

/// A release as it shall be.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseRequest<'a> {
    /// Its tag, which must be there.
    pub tag: &'a TagName,
    /// The commit that the tag must lead to.
    pub commit: &'a CommitSha,
    /// Its title; Gitea cuts it at 255 characters.
    pub title: &'a str,
    /// Its text, in Markdown.
    pub notes: &'a str,
    /// Whether everybody shall see it.
    pub state: ReleaseState,
    /// Whether it is marked as a pre-release.
    pub prerelease: bool,
    /// The files that it shall hold, each with a name of its own.
    pub assets: &'a [Asset],
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its name. GitHub changes names with other characters than letters, digits and `._-+`, which is an error.
    pub name: String,
    /// Its media type, which only GitHub keeps.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: Bytes,
}

/// Who sees a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseState {
    /// Those who may write to the repository.
    Draft,
    /// Everybody who may read it.
    Published,
}

/// A release as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseOutcome {
    /// Its page.
    pub url: String,
    /// Who sees it. One that was published already stays so, whatever was asked for.
    pub state: ReleaseState,
    /// Whether this call made it.
    pub created: bool,
    /// The files that this call attached.
    pub attached: Vec<String>,
    /// The files that were there already, byte for byte.
    pub found: Vec<String>,
    /// Those among `found` of which only the size could be compared, since the forge tells no digest and does not
    /// give them out to this token.
    pub unread: Vec<String>,
}

/// What publishing a release would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseForecast {
    /// The page and the state of the release that is there; `None` when it would be made.
    pub held: Option<(String, ReleaseState)>,
    /// The files that are there.
    pub found: Vec<String>,
    /// The files that would be attached.
    pub missing: Vec<String>,
}

/// A file to attach, with its digest.
pub(crate) struct Wanted<'a> {
    pub(crate) asset: &'a Asset,
    pub(crate) sha256: Sha256,
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(asset: &'a Asset) -> Self {
        Self { asset, sha256: sha256(&asset.bytes) }
    }
}

/// The SHA-256 of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> Sha256 {
    let digest = digest::digest(&digest::SHA256, bytes);
    Sha256::from(<[u8; 32]>::try_from(digest.as_ref()).expect("a SHA-256 has 32 bytes"))
}
