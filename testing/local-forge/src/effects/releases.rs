//! Publishing releases, and attaching files to them.

use bytes::Bytes;

use crate::Dialect;
use crate::core::Forge;
use crate::effects::tags::RefRefusal;
use crate::world::World;
use crate::world::accounts::UserId;
use crate::world::releases::{Release, ReleaseAsset};
use crate::world::repositories::RepoId;
use crate::world::tokens::Caller;

/// A release to be made.
#[derive(Debug)]
pub(crate) struct NewRelease<'a> {
    pub(crate) tag: &'a str,
    /// Where a tag that does not exist is made; the default branch when empty.
    pub(crate) target: &'a str,
    pub(crate) name: &'a str,
    pub(crate) body: &'a str,
    pub(crate) draft: bool,
    pub(crate) prerelease: bool,
    pub(crate) author: UserId,
}

/// A file to be attached.
#[derive(Debug)]
pub(crate) struct NewAsset<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: Option<&'a str>,
    pub(crate) content_type: &'a str,
    pub(crate) bytes: Bytes,
    pub(crate) uploader: UserId,
}

/// Why a release was not made or changed.
#[derive(Debug)]
pub(crate) enum ReleaseRefusal {
    /// The tag has a release already.
    Exists,
    /// The tag could not be made.
    Tag(RefRefusal),
}

/// Why a file was not attached or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssetRefusal {
    /// The release has a file of that name; Gitea does not mind.
    Exists,
    /// Nothing about the release's files can change any more.
    Immutable,
}

impl Forge {
    /// Makes a release, and its tag when it is missing and the release is no draft.
    pub(crate) fn create_release(
        &self,
        id: RepoId,
        caller: &Caller,
        new: &NewRelease<'_>,
    ) -> Result<Release, ReleaseRefusal> {
        let release = {
            let mut world = self.world();
            Release {
                id: world.next_id(),
                tag: new.tag.to_owned(),
                target: new.target.to_owned(),
                name: new.name.to_owned(),
                body: new.body.to_owned(),
                draft: new.draft,
                prerelease: new.prerelease,
                author: new.author,
                created: world.clock.tick(),
                published: None,
                immutable: false,
                assets: Vec::new(),
            }
        };
        self.put_release(id, caller, release)
    }

    /// Changes a release by its id; what is published for the first time gets its tag, as a new one would.
    pub(crate) fn edit_release(
        &self,
        id: RepoId,
        caller: &Caller,
        changed: Release,
    ) -> Result<Release, ReleaseRefusal> {
        self.put_release(id, caller, changed)
    }

    fn put_release(
        &self,
        id: RepoId,
        caller: &Caller,
        mut release: Release,
    ) -> Result<Release, ReleaseRefusal> {
        let (exists, git, default) = {
            let world = self.world();
            let repo = world.repo(id);
            let exists = repo.releases.iter().any(|other| self.is_in_the_way(other, &release));
            (exists, repo.git.clone(), repo.default_branch.clone())
        };
        if exists {
            return Err(ReleaseRefusal::Exists);
        }
        let tagged = git.find_ref(&format!("refs/tags/{}", release.tag));
        let tagged = tagged.map_err(|error| ReleaseRefusal::Tag(error.into()))?.is_some();
        if !tagged && !release.draft {
            let target = if release.target.is_empty() { &default } else { &release.target };
            // a draft reserves its tag's name, though not from itself
            self.set_draft(id, release.id, false);
            if let Err(refusal) = self.create_tag(id, caller, &release.tag, target, None) {
                self.set_draft(id, release.id, true);
                return Err(ReleaseRefusal::Tag(refusal));
            }
        }
        let mut world = self.world();
        if !release.draft && release.published.is_none() {
            release.published = Some(world.clock.tick());
            release.immutable = world.conditions.immutable_releases;
        }
        let releases = &mut world.repo_mut(id).releases;
        match releases.iter_mut().find(|held| held.id == release.id) {
            Some(held) => *held = release.clone(),
            None => releases.push(release.clone()),
        }
        Ok(release)
    }

    fn set_draft(&self, id: RepoId, release: u64, draft: bool) {
        let mut world = self.world();
        let held = world.repo_mut(id).releases.iter_mut().find(|held| held.id == release);
        if let Some(held) = held {
            held.draft = draft;
        }
    }

    /// Whether a tag can have only one of two releases. GitHub has any number of drafts beside a published one;
    /// Gitea has one release to a tag, by a name that knows no case.
    fn is_in_the_way(&self, other: &Release, release: &Release) -> bool {
        other.id != release.id
            && match self.dialect {
                Dialect::GitHub => other.tag == release.tag && !other.draft && !release.draft,
                Dialect::Gitea => other.tag.eq_ignore_ascii_case(&release.tag),
            }
    }
}

impl World {
    /// Attaches a file to a release.
    pub(crate) fn attach(
        &mut self,
        id: RepoId,
        release: u64,
        new: NewAsset<'_>,
    ) -> Result<ReleaseAsset, AssetRefusal> {
        let asset = ReleaseAsset {
            id: self.next_id(),
            name: new.name.to_owned(),
            label: new.label.map(str::to_owned),
            content_type: new.content_type.to_owned(),
            bytes: new.bytes,
            whole: true,
            uploader: new.uploader,
            created: self.clock.tick(),
        };
        let alone = self.dialect == Dialect::GitHub;
        let release = self.release_mut(id, release);
        if release.immutable {
            return Err(AssetRefusal::Immutable);
        }
        if alone && release.assets.iter().any(|held| held.name == asset.name) {
            return Err(AssetRefusal::Exists);
        }
        release.assets.push(asset.clone());
        Ok(asset)
    }

    /// Takes a file away from its release.
    pub(crate) fn detach(&mut self, id: RepoId, release: u64, asset: u64) -> Result<(), AssetRefusal> {
        let release = self.release_mut(id, release);
        if release.immutable {
            return Err(AssetRefusal::Immutable);
        }
        release.assets.retain(|held| held.id != asset);
        Ok(())
    }

    /// The release of this id, which the caller has found before.
    pub(crate) fn release_mut(&mut self, id: RepoId, release: u64) -> &mut Release {
        let mut releases = self.repo_mut(id).releases.iter_mut();
        releases.find(|held| held.id == release).expect("releases are never deleted")
    }
}
