//! Trusted Publishing: the job proves who it is, and the index mints a token for it.
//!
//! 1. the index tells its audience: `GET /_/oidc/audience`;
//! 2. the job's forge gives an id-token for that audience, a JSON Web Token about this very job;
//! 3. the index exchanges it for a token of its own: `POST /_/oidc/mint-token`.
//!
//! <https://docs.pypi.org/trusted-publishers/internals/>

mod claims;
mod error;

use std::time::Duration;

use domain::Dialect;
use http::StatusCode;
use http_client::{Client, Effect, Error, Request};
use runner::{Environment, MaskSink, Place};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

pub use claims::Claims;
pub use error::TrustedError;

/// How often a token is asked for at most.
const TRIES: u32 = 3;
/// The first pause between two tries; it doubles.
const PAUSE: Duration = Duration::from_secs(2);

/// Who the job can prove to be, and to whom it tells what it was given.
#[derive(Clone)]
pub struct JobIdentity {
    /// Where id-tokens come from, and the secret that opens it.
    source: Option<(String, SecretString)>,
    place: Place,
    dialect: Dialect,
    environment: Option<String>,
    masks: MaskSink,
}

impl JobIdentity {
    /// The identity that the environment gives; where it gives none, that is told only when it is needed.
    ///
    /// `masks` is told every token before it is used.
    #[must_use]
    pub fn of(environment: &Environment, dialect: Dialect, masks: MaskSink) -> Self {
        let variable = |name| environment.get(name).map(str::to_owned);
        let url = variable("ACTIONS_ID_TOKEN_REQUEST_URL");
        let token = variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN").map(SecretString::from);
        Self { source: url.zip(token), place: Place::of(environment), dialect, environment: None, masks }
    }

    /// The same, refused where the job does not run in this deployment environment: the one that the manifest
    /// declares its publisher to be bound to.
    #[must_use]
    pub fn bound_to(self, environment: Option<String>) -> Self {
        Self { environment, ..self }
    }
}

impl std::fmt::Debug for JobIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobIdentity").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// What a try to mint came to, short of an error that another try would not change.
enum Minted {
    Token(SecretString),
    /// The id-token may be spent.
    Again(TrustedError),
}

/// Has a token minted for uploads to `upload_url`.
///
/// Every try has an id-token of its own, since the index takes each only once. The token is masked before it is
/// returned; it lasts 15 minutes.
///
/// # Errors
/// When the job has no identity, when it does not run in the environment that it is bound to, and when the index
/// refuses.
pub async fn mint(
    client: &Client,
    upload_url: &Url,
    identity: &JobIdentity,
) -> Result<SecretString, TrustedError> {
    let index = upload_url.to_string();
    let Some((source, opener)) = &identity.source else {
        let (place, dialect) = (identity.place, identity.dialect);
        return Err(TrustedError::NoIdentity { index, place, dialect });
    };
    let source: Url = source.parse().map_err(|_| TrustedError::BrokenIdentity)?;
    identity.reveal(client, opener);
    let audience = audience(client, upload_url).await?;
    let mut pause = PAUSE;
    let mut tries = 1;
    loop {
        let id_token = id_token(client, &source, opener, &audience).await?;
        identity.reveal(client, &id_token);
        let claims = Claims::read(id_token.expose_secret()).unwrap_or_default();
        identity.agree(&claims)?;
        match exchange(client, upload_url, &id_token, claims).await? {
            Minted::Token(token) => {
                identity.reveal(client, &token);
                return Ok(token);
            }
            Minted::Again(error) if tries == TRIES => return Err(error),
            Minted::Again(error) => tracing::warn!("asking for a token once more: {error}"),
        }
        client.clock().sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        pause *= 2;
        tries += 1;
    }
}

impl JobIdentity {
    /// Makes a secret known to whom it must not be shown by.
    fn reveal(&self, client: &Client, secret: &SecretString) {
        (self.masks)(secret);
        client.add_secret(secret.clone());
    }

    fn agree(&self, claims: &Claims) -> Result<(), TrustedError> {
        match &self.environment {
            // an index compares environments without regard to case
            Some(declared)
                if !claims.environment.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(declared)) =>
            {
                let (declared, claims) = (declared.clone(), Box::new(claims.clone()));
                Err(TrustedError::OtherEnvironment { declared, claims })
            }
            _ => Ok(()),
        }
    }
}

async fn audience(client: &Client, upload_url: &Url) -> Result<String, TrustedError> {
    #[derive(Deserialize)]
    struct Answer {
        audience: String,
    }
    let index = upload_url.to_string();
    let url = at(upload_url, "/_/oidc/audience");
    let answer = client.send(Request::get(url)).await.and_then(|answer| answer.json::<Answer>());
    match answer {
        Ok(Answer { audience }) => Ok(audience),
        Err(error) => Err(match error.status() {
            Some(StatusCode::NOT_FOUND) => {
                TrustedError::Unsupported { index, why: "it does not know Trusted Publishing" }
            }
            Some(StatusCode::FORBIDDEN) => {
                TrustedError::Unsupported { index, why: "Trusted Publishing is switched off there" }
            }
            _ => call("ask the index for the audience that it wants to be addressed by")(error),
        }),
    }
}

/// <https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token>
async fn id_token(
    client: &Client,
    source: &Url,
    opener: &SecretString,
    audience: &str,
) -> Result<SecretString, TrustedError> {
    #[derive(Deserialize)]
    struct Answer {
        value: String,
    }
    let mut url = source.clone();
    url.query_pairs_mut().append_pair("audience", audience);
    let shown = shown(&url);
    let answer = client.send(Request::get(url).authorize("bearer", opener)).await;
    let answer = answer.map_err(call("ask the job's forge for an id-token"))?;
    match answer.json::<Answer>() {
        Ok(Answer { value }) if !value.is_empty() => Ok(value.into()),
        _ => Err(TrustedError::Unexpected { url: shown, why: "it holds no id-token" }),
    }
}

async fn exchange(
    client: &Client,
    upload_url: &Url,
    id_token: &SecretString,
    claims: Claims,
) -> Result<Minted, TrustedError> {
    #[derive(Deserialize)]
    struct Answer {
        token: String,
    }
    let url = at(upload_url, "/_/oidc/mint-token");
    let body = serde_json::json!({ "token": id_token.expose_secret() });
    // a write: sent again with the same id-token, it would be refused
    let answer = client.send(Request::post(url.clone(), Effect::Write).json(&body)).await;
    match answer {
        Ok(answer) => match answer.json::<Answer>() {
            Ok(Answer { token }) if !token.is_empty() && !token.contains(char::is_whitespace) => {
                Ok(Minted::Token(token.into()))
            }
            _ => Err(TrustedError::Unexpected { url: shown(&url), why: "it holds no token" }),
        },
        Err(Error::Refused(refusal)) => {
            let again = refusal.excerpt.contains("invalid-reuse-token");
            let index = upload_url.to_string();
            let refused = TrustedError::Refused { index, refusal, claims: Box::new(claims) };
            if again { Ok(Minted::Again(refused)) } else { Err(refused) }
        }
        Err(error) => {
            let again = error.is_ambiguous();
            let failed = call("exchange the id-token for a token of the index")(error);
            if again { Ok(Minted::Again(failed)) } else { Err(failed) }
        }
    }
}

/// A place on the host of the uploads.
fn at(upload_url: &Url, path: &str) -> Url {
    let mut url = upload_url.clone();
    url.set_path(path);
    url
}

/// A URL without its query, which may hold secrets.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

fn call(what: &'static str) -> impl FnOnce(Error) -> TrustedError {
    move |error| TrustedError::Call { what, source: Box::new(error) }
}
