//! The verbs that set a world up: who pushed what, which pull requests there are, what is protected.

mod branches;
mod pulls;
mod releases;
mod repositories;
mod rules;
mod runs;
mod tags;
mod tokens;

use std::collections::BTreeMap;
use std::fmt::Display;

pub use pulls::{NewPull, OpenedPull};
pub use releases::{AttachedAsset, PublishedRelease};
pub use repositories::NewRepo;

use crate::handle::{ForgeHandle, Role};
use crate::world::accounts::{ADMIN, READER, UserId, WRITER};
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::{Caller, Holder, Permissions, Token, Validity};
use crate::world::{Found, World};

impl ForgeHandle {
    /// Changes the settings of a repository.
    #[track_caller]
    fn change(&self, repo: &str, change: impl FnOnce(&mut Repository)) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        change(world.repo_mut(id));
    }
}

impl Role {
    pub(crate) fn user_id(self) -> UserId {
        match self {
            Self::Admin => ADMIN,
            Self::Write => WRITER,
            Self::Read => READER,
        }
    }
}

/// Everything, in the name of `root1`.
pub(crate) fn admin() -> Caller {
    caller(ADMIN)
}

pub(super) fn caller(user: UserId) -> Caller {
    let holder = Holder::User(user);
    Caller::Known(Token { holder, permissions: Permissions::all(), validity: Validity::Valid })
}

/// The repository of this name.
#[track_caller]
pub(crate) fn repository(world: &World, name: &str) -> RepoId {
    let (owner, short) = name.split_once('/').unwrap_or((name, ""));
    match world.find(owner, short) {
        Found::Here(id) | Found::Moved(id) => id,
        Found::Nowhere => done(Err(format!("there is no repository `{name}`"))),
    }
}

/// What a verb achieved; a story that cannot be told fails the test, where it was told.
#[track_caller]
pub(crate) fn done<T, E: Display>(outcome: Result<T, E>) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("the set-up failed: {error}"),
    }
}

pub(super) fn contents(files: &[(&str, &str)]) -> BTreeMap<String, Option<Vec<u8>>> {
    let content = |content: &str| Some(content.as_bytes().to_vec());
    files.iter().map(|(path, text)| ((*path).to_owned(), content(text))).collect()
}
