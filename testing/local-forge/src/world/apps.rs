//! GitHub Apps and where they are installed.

use jiff::Timestamp;

use super::World;
use super::accounts::UserId;
use super::repositories::RepoId;
use super::tokens::{Holder, Permissions, Token, Validity};

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

/// A token that was minted for an installation.
#[derive(Debug, Clone)]
pub(crate) struct Minted {
    pub(crate) token: String,
    pub(crate) expires: Timestamp,
    pub(crate) permissions: Permissions,
    pub(crate) repositories: Vec<RepoId>,
}

/// Why no token was minted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MintRefusal {
    /// No installation of this id.
    NoInstallation,
    /// More was asked than the owner has granted.
    NotGranted,
    /// A repository was asked that the installation does not reach.
    OutOfReach,
}

impl World {
    /// Mints a token for an installation, narrowed to these permissions and repositories where given.
    pub(crate) fn mint_token(
        &mut self,
        installation: u64,
        permissions: Option<Permissions>,
        repositories: Option<Vec<RepoId>>,
    ) -> Result<Minted, MintRefusal> {
        let mut installed =
            self.apps.iter().flat_map(|app| app.installations.iter().map(move |place| (app.bot, place)));
        let (bot, place) =
            installed.find(|(_, place)| place.id == installation).ok_or(MintRefusal::NoInstallation)?;
        let permissions = permissions.unwrap_or_else(|| place.permissions.clone());
        if permissions.iter().any(|(permission, access)| place.permissions.access(permission) < access) {
            return Err(MintRefusal::NotGranted);
        }
        let reach = place.repositories.clone().unwrap_or_else(|| {
            self.repositories
                .values()
                .filter(|repo| repo.owner == place.account)
                .map(|repo| repo.id)
                .collect()
        });
        let repositories = repositories.unwrap_or_else(|| reach.clone());
        if repositories.iter().any(|repo| !reach.contains(repo)) {
            return Err(MintRefusal::OutOfReach);
        }
        let token = format!("ghs_{:036}", self.next_id());
        let holder = Holder::Installation { installation, bot, repositories: repositories.clone() };
        let entry = Token { holder, permissions: permissions.clone(), validity: Validity::Valid };
        self.tokens.insert(token.clone(), entry);
        // The client compares this with its own clock, so it must not be the story's.
        let expires = Timestamp::now() + self.conditions.installation_token_life;
        Ok(Minted { token, expires, permissions, repositories })
    }
}
