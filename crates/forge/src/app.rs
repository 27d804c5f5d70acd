//! A GitHub App's tokens: a signed claim to be the app, exchanged for a token of its installation.
//! <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation>

use std::collections::BTreeMap;
use std::fmt;

use domain::RepoName;
use http_client::{Client, Effect, Request};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::error::Task;
use crate::owner::Owner;
use crate::signer;
use crate::site::Site;
use crate::{Dialect, Error};

/// What an app's tokens are for.
#[derive(Debug, Clone)]
pub(crate) enum Reach {
    /// This repository alone.
    Repository(RepoName),
    /// Whatever of this owner's the app is installed on.
    Owner(Owner),
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repository(repo) => repo.fmt(f),
            Self::Owner(owner) => owner.fmt(f),
        }
    }
}

/// A GitHub App with the permissions that its tokens shall have, and no others.
pub struct App {
    id: String,
    key: EncodingKey,
    permissions: BTreeMap<&'static str, &'static str>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("id", &self.id)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

impl App {
    /// An app by its id (or client id) and its private key, a PEM file's text.
    ///
    /// `permissions` are asked for as `(name, access)`: `("contents", "write")`.
    ///
    /// # Errors
    /// [`Error::Credential`] when the id or the key cannot be used; the message never holds any of the key.
    pub fn new(
        id: &str,
        private_key: &SecretString,
        permissions: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Result<Self, Error> {
        let refuse =
            |what: &str, hint: &str| Error::Credential { what: what.to_owned(), hint: hint.to_owned() };
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            return Err(refuse(
                "`app-id` is no app's id",
                "give the App ID or the Client ID from the app's settings",
            ));
        }
        let hint = "give the whole PEM file that GitHub made, `-----BEGIN RSA PRIVATE KEY-----` and all";
        let key = EncodingKey::from_rsa_pem(private_key.expose_secret().trim().as_bytes())
            .map_err(|_| refuse("`app-private-key` is no RSA private key in PEM form", hint))?;
        signer::install();
        signer::check(&key).map_err(|_| refuse("`app-private-key` is no usable RSA private key", hint))?;
        Ok(Self { id: id.to_owned(), key, permissions: permissions.into_iter().collect() })
    }

    /// A new token of the app's installation, for what it shall reach only; with the permission to change workflow
    /// files beside the others where `workflow_files` says so.
    pub(crate) async fn mint(
        &self,
        client: &Client,
        site: &Site,
        reach: &Reach,
        now: Timestamp,
        workflow_files: bool,
    ) -> Result<InstallationToken, Error> {
        let task = Task::new(
            Dialect::GitHub,
            "an app installed on the repository",
            format!("get a token of app `{}` for `{reach}`", self.id),
        );
        let claim = self.claim(now).map_err(|error| task.unexpected(error))?;
        client.add_secret(claim.clone());
        let installation = self.installation(client, site, reach, &claim, &task).await?;

        let url = site.api_path(["app", "installations", &installation.id.to_string(), "access_tokens"]);
        let mut permissions = self.permissions.clone();
        permissions.extend(workflow_files.then_some(("workflows", "write")));
        let repositories = match reach {
            Reach::Repository(repo) => Some([repo.name()]),
            Reach::Owner(_) => None,
        };
        let names: Vec<_> = permissions.iter().map(|(name, access)| format!("`{name}: {access}`")).collect();
        let wanted = Wanted { repositories, permissions };
        // minting twice does no harm: a token that nobody has seen ends by itself
        let request = Request::post(url, Effect::Read).authorize("Bearer", &claim).json(&wanted);
        let minted: Minted = client.send(request).await.and_then(|answer| answer.json()).map_err(|error| {
            let error = task.failed(error);
            match error.status() {
                Some(422) => error.with_hint(format!(
                    "grant the app the permissions that its tokens ask for, {}, and have the owner accept them",
                    names.join(", ")
                )),
                _ => error,
            }
        })?;
        Ok(InstallationToken {
            secret: minted.token,
            expires_at: minted.expires_at,
            may_have_workflow_files: installation.permissions.workflows.is_some(),
        })
    }

    /// The app's name in URLs: whoever is told it holds a key of the app's.
    pub(crate) async fn slug(&self, client: &Client, site: &Site) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct WireApp {
            slug: String,
        }
        let task = Task::new(Dialect::GitHub, "an app", format!("look at app `{}`", self.id));
        let claim = self.claim(client.clock().now()).map_err(|error| task.unexpected(error))?;
        client.add_secret(claim.clone());
        let request = Request::get(site.api_path(["app"])).authorize("Bearer", &claim);
        let told: Result<WireApp, _> = client.send(request).await.and_then(|answer| answer.json());
        let told = told.map_err(|error| task.failed(error)).map_err(|error| match error.status() {
            Some(401) => error.with_hint("`app-private-key` is not a key of this app, or the clock is wrong"),
            Some(404) => error.with_hint("see that `app-id` is the app's own, and that this is its forge"),
            _ => error,
        })?;
        Ok(told.slug)
    }

    /// Where the app is installed. An owner may be an organisation or a person, of which its name tells nothing.
    async fn installation(
        &self,
        client: &Client,
        site: &Site,
        reach: &Reach,
        claim: &SecretString,
        task: &Task,
    ) -> Result<Installation, Error> {
        let find = async |path: &[&str]| {
            let request = Request::get(site.api_path(path.iter().copied())).authorize("Bearer", claim);
            client.send(request).await.and_then(|answer| answer.json()).map_err(|error| task.failed(error))
        };
        let found = match reach {
            Reach::Repository(repo) => find(&["repos", repo.owner(), repo.name(), "installation"]).await,
            Reach::Owner(owner) => match find(&["orgs", owner.as_str(), "installation"]).await {
                Err(error) if error.status() == Some(404) => {
                    find(&["users", owner.as_str(), "installation"]).await
                }
                found => found,
            },
        };
        found.map_err(|error| match error.status() {
            Some(401) => error.with_hint("`app-private-key` is not a key of this app, or the clock is wrong"),
            Some(404) => error.with_hint(match reach {
                Reach::Repository(_) => {
                    "install the app on the repository, and see that `app-id` is its own".to_owned()
                }
                Reach::Owner(owner) => {
                    format!("install the app on `{owner}`, and see that `app-id` is its own")
                }
            }),
            _ => error,
        })
    }

    /// The claim, a JSON Web Token (RFC 7519): valid for nine minutes, and from a minute ago, for clocks that
    /// differ.
    fn claim(&self, now: Timestamp) -> Result<SecretString, jsonwebtoken::errors::Error> {
        let claims = Claims { iat: now.as_second() - 60, exp: now.as_second() + 540, iss: &self.id };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key).map(SecretString::from)
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    iss: &'a str,
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
    permissions: Granted,
}

#[derive(Deserialize)]
struct Granted {
    /// Of this permission there is only `write`.
    workflows: Option<String>,
}

#[derive(Serialize)]
struct Wanted<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    repositories: Option<[&'a str; 1]>,
    permissions: BTreeMap<&'static str, &'static str>,
}

#[derive(Deserialize)]
struct Minted {
    token: SecretString,
    expires_at: Timestamp,
}

/// A token of an installation, which lives for an hour.
pub(crate) struct InstallationToken {
    pub(crate) secret: SecretString,
    pub(crate) expires_at: Timestamp,
    /// Whether the installation was granted the permission to change workflow files.
    pub(crate) may_have_workflow_files: bool,
}

impl InstallationToken {
    /// Whether it still lives for five minutes, which no single call takes.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.expires_at.duration_since(now) > SignedDuration::from_mins(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_left_in_time() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let token = |seconds| InstallationToken {
            secret: "t".into(),
            expires_at: now + SignedDuration::from_secs(seconds),
            may_have_workflow_files: false,
        };
        assert!(token(301).is_fresh(now));
        assert!(!token(300).is_fresh(now));
        assert!(!token(-5).is_fresh(now));
    }

    #[test]
    fn a_key_that_cannot_sign_is_refused_without_a_word_of_it() {
        let secret = "-----BEGIN RSA PRIVATE KEY-----\nTOPSECRET\n-----END RSA PRIVATE KEY-----";
        let error = App::new("12", &secret.into(), []).unwrap_err();
        assert!(matches!(error, Error::Credential { .. }));
        assert!(!format!("{error} {error:?}").contains("TOPSECRET"));
        assert!(App::new("1 2", &"x".into(), []).is_err());
    }
}
