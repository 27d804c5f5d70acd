//! The objects of GitHub's API, with every field that its description requires.

mod accounts;
mod commits;
mod pulls;
mod releases;
mod repositories;
mod runs;

use base64::Engine as _;

pub(super) use accounts::{simple_user, user};
pub(super) use commits::{commit, git_commit, reference, tag_object};
pub(super) use pulls::{Detail, comment, pull};
pub(super) use releases::{asset, release};
pub(super) use repositories::{RepoDetail, repository};
pub(super) use runs::{RunAt, home, run, workflow, workflow_id};

use crate::core::Forge;
use crate::world::World;
use crate::world::repositories::RepoId;

/// The global id that GraphQL and REST share.
pub(super) fn node_id(kind: &str, id: impl std::fmt::Display) -> String {
    let name = format!("0{}:{kind}{id}", kind.len());
    base64::engine::general_purpose::STANDARD.encode(name)
}

/// A file's path as a URL holds it, segment by segment.
pub(super) fn path_in_url(path: &str) -> String {
    let mut url = url::Url::parse("http://h").expect("it is a URL");
    url.path_segments_mut().expect("http URLs have a path").extend(path.split('/'));
    url.path().trim_start_matches('/').to_owned()
}

/// URLs below one repository.
pub(super) struct Urls {
    /// The page of the repository.
    pub(super) page: String,
    /// Its root in the API.
    pub(super) api: String,
}

impl Urls {
    pub(super) fn of(forge: &Forge, world: &World, id: RepoId) -> Self {
        let name = world.repo(id).full_name(world);
        Self { page: format!("{}/{name}", forge.base), api: format!("{}/api/v3/repos/{name}", forge.base) }
    }
}
