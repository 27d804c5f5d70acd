//! Releases: setting them up, and reading them back.

use bytes::Bytes;

use super::{admin, done, repository};
use crate::effects::releases::{NewAsset, NewRelease};
use crate::handle::ForgeHandle;
use crate::world::accounts::ADMIN;

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRelease {
    /// Its tag.
    pub tag: String,
    /// Its title.
    pub name: String,
    /// Its text.
    pub body: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it is a pre-release.
    pub prerelease: bool,
    /// Its files, oldest first.
    pub assets: Vec<AttachedAsset>,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedAsset {
    /// Its name.
    pub name: String,
    /// Its media type; Gitea keeps none.
    pub content_type: String,
    /// What is in it.
    pub bytes: Bytes,
    /// Whether its upload came to an end.
    pub whole: bool,
}

impl ForgeHandle {
    /// Makes a draft release, which on Gitea reserves the tag's name without making the tag.
    #[track_caller]
    pub fn draft_release(&self, repo: &str, tag: &str) {
        self.new_release(repo, tag, true);
    }

    /// Publishes a release, by the hand of `root1`; makes the tag at main when it is missing.
    #[track_caller]
    pub fn publish_release(&self, repo: &str, tag: &str) {
        self.new_release(repo, tag, false);
    }

    #[track_caller]
    fn new_release(&self, repo: &str, tag: &str, draft: bool) {
        let id = repository(&self.forge.world(), repo);
        let target = "main";
        let new = NewRelease { tag, target, name: tag, body: "", draft, prerelease: false, author: ADMIN };
        let made = self.forge.create_release(id, &admin(), &new);
        done(made.map_err(|refusal| format!("the release of `{tag}` was refused: {refusal:?}")));
    }

    /// Attaches a file to the first release of a tag, by the hand of `root1`.
    #[track_caller]
    pub fn attach(&self, repo: &str, tag: &str, name: &str, bytes: &[u8]) {
        self.attach_some(repo, tag, name, bytes, true);
    }

    /// Leaves what an upload leaves that GitHub lost on its way: a file in the state `starter`, without its bytes.
    #[track_caller]
    pub fn lose_upload(&self, repo: &str, tag: &str, name: &str) {
        self.attach_some(repo, tag, name, &[], false);
    }

    #[track_caller]
    fn attach_some(&self, repo: &str, tag: &str, name: &str, bytes: &[u8], whole: bool) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let release = world.repo(id).releases.iter().find(|release| release.tag == tag);
        let release = done(release.ok_or_else(|| format!("`{tag}` has no release"))).id;
        let bytes = Bytes::copy_from_slice(bytes);
        let content_type = "application/octet-stream";
        let new = NewAsset { name, label: None, content_type, bytes, uploader: ADMIN };
        let attached = world.attach(id, release, new);
        let attached = done(attached.map_err(|refusal| format!("`{name}` was refused: {refusal:?}"))).id;
        let mut assets = world.release_mut(id, release).assets.iter_mut();
        if let Some(asset) = assets.find(|asset| asset.id == attached) {
            asset.whole = whole;
        }
    }

    /// The releases, oldest first.
    #[must_use]
    #[track_caller]
    pub fn releases(&self, repo: &str) -> Vec<PublishedRelease> {
        let world = self.forge.world();
        let repo = world.repo(repository(&world, repo));
        repo.releases
            .iter()
            .map(|release| PublishedRelease {
                tag: release.tag.clone(),
                name: release.name.clone(),
                body: release.body.clone(),
                draft: release.draft,
                prerelease: release.prerelease,
                assets: release
                    .assets
                    .iter()
                    .map(|asset| AttachedAsset {
                        name: asset.name.clone(),
                        content_type: asset.content_type.clone(),
                        bytes: asset.bytes.clone(),
                        whole: asset.whole,
                    })
                    .collect(),
            })
            .collect()
    }
}
