//! What is sent with a request so that a registry answers: nothing, a user's password, or a token.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_client::{Client, Effect, Request};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::challenge::Challenge;
use crate::error::{CredentialsError, RegistryError};
use crate::keychain::{Keychain, Login};
use crate::reference::{Reference, is_loopback};

/// How long a token is good for that does not say so.
/// <https://distribution.github.io/distribution/spec/auth/token/#token-response-fields>
const SHORTEST_LIFE: u64 = 60;
/// A token is not used when it ends this soon.
const MARGIN: Duration = Duration::from_secs(10);

/// What goes into `Authorization`.
#[derive(Clone)]
pub(crate) struct Authorization {
    scheme: &'static str,
    secret: SecretString,
    ends: Option<Timestamp>,
}

impl Authorization {
    /// The request with it.
    pub(crate) fn put_on(&self, request: Request) -> Request {
        request.authorize(self.scheme, &self.secret)
    }
}

/// What was learnt of registries: what they ask for, and the tokens that they gave.
#[derive(Default)]
pub(crate) struct Learnt {
    challenges: Mutex<HashMap<String, Challenge>>,
    tokens: Mutex<HashMap<(String, String), Authorization>>,
}

impl Learnt {
    /// The token that a repository's requests may still use.
    pub(crate) fn token(&self, image: &Reference, now: Timestamp) -> Option<Authorization> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = tokens.get(&key(image))?;
        let soon = now + jiff::SignedDuration::try_from(MARGIN).unwrap_or_default();
        token.ends.is_none_or(|ends| ends > soon).then(|| token.clone())
    }

    /// What the registry asked for last.
    pub(crate) fn challenge(&self, registry: &str) -> Option<Challenge> {
        self.challenges.lock().unwrap_or_else(PoisonError::into_inner).get(registry).cloned()
    }

    fn keep(&self, image: &Reference, challenge: &Challenge, token: &Authorization) {
        let mut challenges = self.challenges.lock().unwrap_or_else(PoisonError::into_inner);
        challenges.insert(image.registry().to_owned(), challenge.clone());
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(key(image), token.clone());
    }

    /// Forgets a token that the registry did not take.
    pub(crate) fn forget(&self, image: &Reference) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(image));
    }
}

fn key(image: &Reference) -> (String, String) {
    (image.registry().to_owned(), image.repository().to_owned())
}

#[derive(Deserialize)]
struct Minted {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Who answers a challenge.
pub(crate) struct Answerer<'a> {
    pub(crate) client: &'a Client,
    pub(crate) keychain: &'a Keychain,
    pub(crate) learnt: &'a Learnt,
}

impl Answerer<'_> {
    /// What the registry asked for; none when nobody in particular asks and it wants a password.
    pub(crate) async fn answer(
        &self,
        challenge: &Challenge,
        image: &Reference,
    ) -> Result<Option<Authorization>, RegistryError> {
        let login = self.keychain.login(image.registry()).await?;
        let authorization = match (challenge, login) {
            (Challenge::Basic, Login::Password { user, password }) => {
                Authorization { scheme: "Basic", secret: basic(&user, &password), ends: None }
            }
            (Challenge::Basic, Login::Anonymous | Login::IdentityToken(_)) => return Ok(None),
            (Challenge::Bearer { realm, service }, login) => {
                self.minted(realm, service.as_deref(), &login, image).await?
            }
        };
        self.learnt.keep(image, challenge, &authorization);
        Ok(Some(authorization))
    }

    async fn minted(
        &self,
        realm: &str,
        service: Option<&str>,
        login: &Login,
        image: &Reference,
    ) -> Result<Authorization, RegistryError> {
        let address = safe_realm(realm, image)?;
        let scope = format!("repository:{}:pull", image.repository());
        let request = token_request(address, service, &scope, login);
        let response = self
            .client
            .send(request.tell_limits())
            .await
            .map_err(|error| super::client::refused(error, image, login.is_anonymous()))?;
        let minted: Minted = response.json().map_err(|source| RegistryError::Call {
            image: Box::new(image.clone()),
            source: Box::new(source),
        })?;
        let token = minted.token.or(minted.access_token).ok_or_else(|| RegistryError::Unexpected {
            image: Box::new(image.clone()),
            what: "the token server gave no `token`".to_owned(),
        })?;
        let life = Duration::from_secs(minted.expires_in.unwrap_or(SHORTEST_LIFE).max(SHORTEST_LIFE));
        let now = self.client.clock().now();
        let ends = jiff::SignedDuration::try_from(life).ok().and_then(|life| now.checked_add(life).ok());
        Ok(Authorization { scheme: "Bearer", secret: token.into(), ends })
    }
}

/// A realm that credentials may be sent to: by https, or on this machine where the registry is too.
fn safe_realm(realm: &str, image: &Reference) -> Result<Url, RegistryError> {
    let is_safe = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https"
            || (url.scheme() == "http" && is_loopback(host) && is_loopback(image.registry()))
    };
    let url = realm.parse::<Url>().ok().filter(is_safe);
    url.ok_or_else(|| {
        let (registry, realm) = (image.registry().to_owned(), realm.to_owned());
        CredentialsError::UnsafeRealm { registry, realm }.into()
    })
}

fn token_request(mut address: Url, service: Option<&str>, scope: &str, login: &Login) -> Request {
    if let Login::IdentityToken(token) = login {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token").append_pair("client_id", "runtime-actions");
        form.append_pair("service", service.unwrap_or_default()).append_pair("scope", scope);
        form.append_pair("refresh_token", token.expose_secret());
        return Request::post(address, Effect::Read).body("application/x-www-form-urlencoded", form.finish());
    }
    if let Some(service) = service {
        address.query_pairs_mut().append_pair("service", service);
    }
    address.query_pairs_mut().append_pair("scope", scope);
    let request = Request::get(address);
    match login {
        Login::Password { user, password } => request.authorize("Basic", &basic(user, password)),
        Login::Anonymous | Login::IdentityToken(_) => request,
    }
}

fn basic(user: &str, password: &SecretString) -> SecretString {
    STANDARD.encode(format!("{user}:{}", password.expose_secret())).into()
}
