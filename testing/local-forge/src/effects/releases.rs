//! Publishing releases.

use crate::core::Forge;
use crate::effects::tags::RefRefusal;
use crate::world::accounts::UserId;
use crate::world::releases::Release;
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
    pub(crate) author: UserId,
}

/// Why a release was not made.
#[derive(Debug)]
pub(crate) enum ReleaseRefusal {
    /// The tag has a release already.
    Exists,
    /// The tag could not be made.
    Tag(RefRefusal),
}

impl Forge {
    /// Makes a release, and its tag when it is missing and the release is no draft.
    pub(crate) fn create_release(
        &self,
        id: RepoId,
        caller: &Caller,
        new: &NewRelease<'_>,
    ) -> Result<Release, ReleaseRefusal> {
        let (exists, git, default) = {
            let world = self.world();
            let repo = world.repo(id);
            let exists = repo.releases.iter().any(|release| release.tag == new.tag);
            (exists, repo.git.clone(), repo.default_branch.clone())
        };
        if exists {
            return Err(ReleaseRefusal::Exists);
        }
        let tagged = git.find_ref(&format!("refs/tags/{}", new.tag));
        let tagged = tagged.map_err(|error| ReleaseRefusal::Tag(error.into()))?.is_some();
        if !tagged && !new.draft {
            let target = if new.target.is_empty() { &default } else { new.target };
            self.create_tag(id, caller, new.tag, target, None).map_err(ReleaseRefusal::Tag)?;
        }
        let mut world = self.world();
        let release = Release {
            id: world.next_id(),
            tag: new.tag.to_owned(),
            target: new.target.to_owned(),
            name: new.name.to_owned(),
            body: new.body.to_owned(),
            draft: new.draft,
            prerelease: false,
            author: new.author,
            created: world.clock.tick(),
        };
        world.repo_mut(id).releases.push(release.clone());
        Ok(release)
    }
}
