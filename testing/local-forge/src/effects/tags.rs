//! Creating and deleting tags and other refs by the API.

use jiff::Timestamp;

use crate::Dialect;
use crate::core::Forge;
use crate::effects::push::RefChange;
use crate::git::{GitError, Identity, Ref, RefUpdate, ZERO};
use crate::world::releases::Release;
use crate::world::repositories::RepoId;
use crate::world::tokens::Caller;

/// Why a ref was not created.
#[derive(Debug)]
pub(crate) enum RefRefusal {
    /// git does not take it for a name.
    BadName,
    /// There is a ref of this name.
    Exists,
    /// A draft release has reserved the name; only Gitea minds.
    Reserved,
    /// A rule keeps the caller from it.
    Protected,
    /// No such commit.
    NoTarget,
    /// The commit has other workflow files than the default branch, and the token may not bring them.
    Workflow,
    /// The name was free when the request looked, and taken when it wrote.
    LostRace,
    Git(GitError),
}

impl From<GitError> for RefRefusal {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

/// Gitea's server tags in its own name, whoever asked it to.
fn server_identity(when: Timestamp) -> Identity {
    Identity { name: "Gitea".to_owned(), email: "gitea@fake.local".to_owned(), when }
}

impl Forge {
    /// Creates a tag as Gitea does, in one step, at a branch, tag or commit: annotated with a message,
    /// lightweight without.
    pub(crate) fn create_tag(
        &self,
        id: RepoId,
        caller: &Caller,
        name: &str,
        target: &str,
        message: Option<&str>,
    ) -> Result<Ref, RefRefusal> {
        let full_name = format!("refs/tags/{name}");
        self.check_new_ref(id, caller, &full_name)?;
        let (git, now) = {
            let mut world = self.world();
            let now = world.clock.tick();
            (world.repo(id).git.clone(), now)
        };
        let commit = git.resolve(target)?.ok_or(RefRefusal::NoTarget)?;
        let object = match message {
            Some(message) => git.write_tag(name, &commit, message, &server_identity(now))?,
            None => commit.clone(),
        };
        self.take_name(id, caller, &full_name, &object)?;
        let kind = if object == commit { "commit" } else { "tag" }.to_owned();
        Ok(Ref { name: full_name, object, kind, commit })
    }

    /// Creates a ref at an object that exists already.
    pub(crate) fn create_ref(
        &self,
        id: RepoId,
        caller: &Caller,
        full_name: &str,
        object: &str,
    ) -> Result<Ref, RefRefusal> {
        self.check_new_ref(id, caller, full_name)?;
        let git = self.world().repo(id).git.clone();
        let commit = git.resolve(object)?.ok_or(RefRefusal::NoTarget)?;
        let forbidden = self.world().forbids_workflows_of(id, caller, &commit);
        if forbidden.is_some() {
            return Err(RefRefusal::Workflow);
        }
        self.take_name(id, caller, full_name, object)?;
        let kind = if object == commit { "commit" } else { "tag" }.to_owned();
        Ok(Ref { name: full_name.to_owned(), object: object.to_owned(), kind, commit })
    }

    /// Deletes a ref; `None` when there was none.
    pub(crate) fn delete_ref(&self, id: RepoId, full_name: &str) -> Result<Option<Ref>, GitError> {
        let git = self.world().repo(id).git.clone();
        let Some(found) = git.find_ref(full_name)? else { return Ok(None) };
        git.update_refs(&[RefUpdate { name: full_name.to_owned(), new: ZERO.to_owned(), old: None }])?;
        Ok(Some(found))
    }

    /// Looks, as a forge does before it writes.
    fn check_new_ref(&self, id: RepoId, caller: &Caller, full_name: &str) -> Result<(), RefRefusal> {
        let world = self.world();
        let repo = world.repo(id);
        let taken = repo.git.refs("refs/tags/")?;
        // Gitea keeps tags in a table that knows no case; git and GitHub do know it.
        let same = |name: &str| match self.dialect {
            Dialect::Gitea => name.eq_ignore_ascii_case(full_name),
            Dialect::GitHub => name == full_name,
        };
        if taken.iter().any(|found| same(&found.name)) {
            return Err(RefRefusal::Exists);
        }
        let Some(tag) = full_name.strip_prefix("refs/tags/") else {
            let exists = repo.git.find_ref(full_name)?.is_some();
            return if exists { Err(RefRefusal::Exists) } else { Ok(()) };
        };
        let reserved = |release: &Release| release.draft && release.tag.eq_ignore_ascii_case(tag);
        if self.dialect == Dialect::Gitea && repo.releases.iter().any(reserved) {
            return Err(RefRefusal::Reserved);
        }
        if repo.forbids_tag(tag, caller.user_id()) {
            return Err(RefRefusal::Protected);
        }
        if !repo.git.accepts_name(full_name)? {
            return Err(RefRefusal::BadName);
        }
        Ok(())
    }

    /// Writes, and lets git decide who was first.
    fn take_name(
        &self,
        id: RepoId,
        caller: &Caller,
        full_name: &str,
        object: &str,
    ) -> Result<(), RefRefusal> {
        let (git, window) = {
            let world = self.world();
            (world.repo(id).git.clone(), world.conditions.tag_race_window)
        };
        std::thread::sleep(window);
        let update =
            RefUpdate { name: full_name.to_owned(), new: object.to_owned(), old: Some(ZERO.to_owned()) };
        if let Err(error) = git.update_refs(&[update]) {
            let taken = git.find_ref(full_name)?.is_some();
            return Err(if taken { RefRefusal::LostRace } else { error.into() });
        }
        let change = RefChange { name: full_name.to_owned(), old: ZERO.to_owned(), new: object.to_owned() };
        self.world().after_push(id, caller, &[change])?;
        Ok(())
    }
}
