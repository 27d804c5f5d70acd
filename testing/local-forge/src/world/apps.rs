//! GitHub Apps and where they are installed.

use super::accounts::UserId;
use super::repositories::RepoId;
use super::tokens::Permissions;

/// A GitHub App.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The id that its JWT names as the issuer.
    pub(crate) id: u64,
    pub(crate) slug: String,
    /// The public half of its key, in PEM.
    pub(crate) public_key: String,
    /// The robot that acts for it, `<slug>[bot]`.
    pub(crate) bot: UserId,
    pub(crate) installations: Vec<Installation>,
}

/// One owner's installation of an app.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    pub(crate) id: u64,
    /// The owner whose installation it is.
    pub(crate) account: UserId,
    /// What the owner has granted.
    pub(crate) permissions: Permissions,
    /// The repositories it reaches; `None` for all of the owner's.
    pub(crate) repositories: Option<Vec<RepoId>>,
}
