//! Who we are to a forge.

use std::fmt;
use std::sync::Arc;

use http_client::Client;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::Error;
use crate::app::{App, InstallationToken, Reach};
use crate::site::Site;
use domain::Dialect;

/// What GitHub's tokens of installations begin with, those of jobs included.
const INSTALLATION: &str = "ghs_";

/// Told of every secret the moment it is born, so that it can be masked in the log.
pub type MaskSink = Arc<dyn Fn(&SecretString) + Send + Sync>;

/// Who we are to a forge.
pub enum Credential {
    /// The job's token, or a personal access token.
    Token(SecretString),
    /// A GitHub App, whose installation gives short-lived tokens with only the permissions asked for.
    App(App),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Credential::Token",
            Self::App(_) => "Credential::App",
        })
    }
}

impl Credential {
    /// Whether a forge of this dialect knows such credentials.
    pub(crate) fn check(&self, dialect: Dialect) -> Result<(), Error> {
        if matches!(self, Self::App(_)) && dialect == Dialect::Gitea {
            return Err(Error::Credential {
                what: "Gitea has no apps that act as installations".to_owned(),
                hint: "give a `token` instead of `app-id` and `app-private-key`".to_owned(),
            });
        }
        Ok(())
    }
}

/// Gives the token to use now; of an App's, a new one before the old one ends.
pub(crate) struct Tokens {
    credential: Arc<Credential>,
    masks: MaskSink,
    reach: Reach,
    minted: Mutex<Minted>,
}

/// The token of an App's that is in use, and how it came to be.
#[derive(Default)]
struct Minted {
    token: Option<InstallationToken>,
    /// Whether it was minted because the one before it was refused.
    in_place_of_a_refused_one: bool,
    /// Whether tokens are to be allowed workflow files, too.
    workflow_files: bool,
}

impl Tokens {
    /// The tokens of a credential, an App's only for what they are to reach.
    pub(crate) fn new(credential: Arc<Credential>, masks: MaskSink, reach: Reach) -> Self {
        Self { credential, masks, reach, minted: Mutex::default() }
    }

    /// Whether the tokens are an App's.
    pub(crate) fn are_minted(&self) -> bool {
        matches!(*self.credential, Credential::App(_))
    }

    /// Whether the forge knows a user by the token, whose rights it then tells: an App's token and a job's have none.
    pub(crate) fn are_a_users(&self) -> bool {
        match &*self.credential {
            Credential::Token(token) => !token.expose_secret().starts_with(INSTALLATION),
            Credential::App(_) => false,
        }
    }

    /// The token to use now. Concurrent calls mint one token, not one each.
    pub(crate) async fn token(&self, client: &Client, site: &Site) -> Result<SecretString, Error> {
        match &*self.credential {
            Credential::Token(token) => Ok(token.clone()),
            Credential::App(app) => {
                let mut minted = self.minted.lock().await;
                self.fresh(app, &mut minted, client, site).await
            }
        }
    }

    /// A token in place of one that was refused; `None` where there can be none, or where the refused one was
    /// such a token already.
    pub(crate) async fn renewed(
        &self,
        refused: &SecretString,
        client: &Client,
        site: &Site,
    ) -> Result<Option<SecretString>, Error> {
        let Credential::App(app) = &*self.credential else { return Ok(None) };
        let mut minted = self.minted.lock().await;
        let in_use = minted.token.as_ref();
        if in_use.is_some_and(|token| token.secret.expose_secret() == refused.expose_secret()) {
            if minted.in_place_of_a_refused_one {
                return Ok(None);
            }
            minted.token = None;
            minted.in_place_of_a_refused_one = true;
        }
        self.fresh(app, &mut minted, client, site).await.map(Some)
    }

    /// Lets the tokens from now on change workflow files, if the App's installation may; whether that changes
    /// anything. Asked for only when a forge insists, since nearly no release needs it.
    pub(crate) async fn take_workflow_files_along(&self) -> bool {
        let mut minted = self.minted.lock().await;
        let granted = minted.token.as_ref().is_some_and(|token| token.may_have_workflow_files);
        if !granted || minted.workflow_files {
            return false;
        }
        *minted = Minted { workflow_files: true, ..Minted::default() };
        true
    }

    /// The token in use while it is fresh, and then a new one.
    async fn fresh(
        &self,
        app: &App,
        minted: &mut Minted,
        client: &Client,
        site: &Site,
    ) -> Result<SecretString, Error> {
        let now: Timestamp = client.clock().now();
        if let Some(token) = minted.token.as_ref().filter(|token| token.is_fresh(now)) {
            return Ok(token.secret.clone());
        }
        // one that grew old is nobody's refusal
        minted.in_place_of_a_refused_one &= minted.token.is_none();
        let token = app.mint(client, site, &self.reach, now, minted.workflow_files).await;
        let token = token.map_err(Error::of_token)?;
        (self.masks)(&token.secret);
        client.add_secret(token.secret.clone());
        Ok(minted.token.insert(token).secret.clone())
    }
}
