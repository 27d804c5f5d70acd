//! Who we are to a forge.

use std::fmt;
use std::sync::Arc;

use domain::RepoName;
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::Mutex;

use crate::app::{App, InstallationToken};
use crate::site::Site;
use crate::{Dialect, Error};

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

/// Gives the token to use now; of an App's, a new one before the old one ends.
pub(crate) struct Tokens {
    credential: Credential,
    masks: MaskSink,
    minted: Mutex<Option<InstallationToken>>,
}

impl Tokens {
    pub(crate) fn new(site: &Site, credential: Credential, masks: MaskSink) -> Result<Self, Error> {
        if matches!(credential, Credential::App(_)) && site.dialect == Dialect::Gitea {
            return Err(Error::Credential {
                what: "Gitea has no apps that act as installations".to_owned(),
                hint: "give a `token` instead of `app-id` and `app-private-key`".to_owned(),
            });
        }
        Ok(Self { credential, masks, minted: Mutex::new(None) })
    }

    /// The token to use now. Concurrent calls mint one token, not one each.
    pub(crate) async fn token(
        &self,
        client: &http_client::Client,
        site: &Site,
        repo: &RepoName,
    ) -> Result<SecretString, Error> {
        let app = match &self.credential {
            Credential::Token(token) => return Ok(token.clone()),
            Credential::App(app) => app,
        };
        let now: Timestamp = client.clock().now();
        let mut minted = self.minted.lock().await;
        if let Some(token) = minted.as_ref().filter(|token| token.is_fresh(now)) {
            return Ok(token.secret.clone());
        }
        let token = app.mint(client, site, repo, now).await?;
        (self.masks)(&token.secret);
        client.add_secret(token.secret.clone());
        Ok(minted.insert(token).secret.clone())
    }
}
