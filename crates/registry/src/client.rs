//! Asking a registry.

use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, HeaderValue};
use http::{Method, StatusCode};
use http_client::{Client, Effect, Error, Request, Response};
use url::Url;

use crate::authorization::{Answerer, Learnt};
use crate::challenge::Challenge;
use crate::digest::Digest;
use crate::error::RegistryError;
use crate::image::{Config, ImageConfig, MANIFESTS, Manifest, Next, Platform};
use crate::keychain::Keychain;
use crate::reference::Reference;

/// The header in which a registry tells the digest of what it answers about.
const DIGEST: &str = "docker-content-digest";

/// The registries that can be reached, each by the name that its images bear. Clones share what was learnt.
///
/// A limit that a registry sets is told at once, as [`RegistryError::Limited`], and not waited for: who asks about
/// many images has to hold all of them back.
#[derive(Clone)]
pub struct Registry {
    client: Client,
    keychain: Arc<Keychain>,
    learnt: Arc<Learnt>,
}

impl Registry {
    /// Asks by this client, as whom the keychain says.
    #[must_use]
    pub fn new(client: Client, keychain: Keychain) -> Self {
        Self { client, keychain: Arc::new(keychain), learnt: Arc::default() }
    }

    /// The digest that an image's tag stands for now. One `HEAD` where the registry lets everybody in, or has given a
    /// token already.
    ///
    /// # Errors
    ///
    /// When the registry cannot be reached, has no such image, does not let us in, is at a limit, or answers nonsense.
    pub async fn digest(&self, image: &Reference) -> Result<Digest, RegistryError> {
        let answer = self.ask(Method::HEAD, "manifests", image).await?;
        match answer.header(DIGEST) {
            Some(digest) => parsed(digest, image),
            // Some answer a HEAD without it; the bytes tell the same.
            None => Ok(Digest::of(self.ask(Method::GET, "manifests", image).await?.body())),
        }
    }

    /// What the image of a platform says of itself.
    ///
    /// # Errors
    ///
    /// As of [`digest`](Self::digest); also when there is no image for the platform, or when what came is not what its
    /// digest promised.
    pub async fn config(&self, image: &Reference, platform: &Platform) -> Result<ImageConfig, RegistryError> {
        let answer = self.ask(Method::GET, "manifests", image).await?;
        let digest = Digest::of(answer.body());
        if let Some(wanted) = image.digest() {
            same(wanted, &digest, image)?;
        }
        let unexpected = |what: String| RegistryError::Unexpected { image: Box::new(image.clone()), what };
        let mut next = read::<Manifest>(&answer, image)?.next(platform).map_err(unexpected)?;
        if let Next::Manifest(of_platform) = &next {
            let named = image.at(of_platform);
            let answer = self.ask(Method::GET, "manifests", &named).await?;
            same(of_platform, &Digest::of(answer.body()), image)?;
            next = read::<Manifest>(&answer, image)?.next(platform).map_err(unexpected)?;
        }
        let Next::Config(config) = next else {
            return Err(unexpected("its index lists another index".to_owned()));
        };
        let answer = self.ask(Method::GET, "blobs", &image.at(&config)).await?;
        same(&config, &Digest::of(answer.body()), image)?;
        Ok(ImageConfig { digest, labels: read::<Config>(&answer, image)?.labels() })
    }

    /// Sends a request with what the registry is known to ask for; once more when it asks for something else.
    async fn ask(&self, method: Method, kind: &str, image: &Reference) -> Result<Response, RegistryError> {
        let request = request(method, kind, image)?;
        let answerer = Answerer { client: &self.client, keychain: &self.keychain, learnt: &self.learnt };
        let mut known = self.learnt.token(image, self.client.clock().now());
        if known.is_none()
            && let Some(challenge) = self.learnt.challenge(image.registry())
        {
            known = answerer.answer(&challenge, image).await?;
        }
        let first = match &known {
            Some(authorization) => authorization.put_on(request.clone()),
            None => request.clone(),
        };
        let error = match self.client.send(first).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let challenge = error.refusal().filter(|refusal| refusal.status == StatusCode::UNAUTHORIZED);
        let challenge = challenge.and_then(|refusal| refusal.header("www-authenticate"));
        let Some(challenge) = challenge.and_then(Challenge::read) else {
            return Err(missing(error, image, known.is_none()));
        };
        self.learnt.forget(image);
        let Some(authorization) = answerer.answer(&challenge, image).await? else {
            return Err(missing(error, image, true));
        };
        let is_anonymous = self.keychain.login(image.registry()).await?.is_anonymous();
        let again = self.client.send(authorization.put_on(request)).await;
        again.map_err(|error| missing(error, image, is_anonymous))
    }
}

fn same(promised: &Digest, came: &Digest, image: &Reference) -> Result<(), RegistryError> {
    if promised == came {
        return Ok(());
    }
    let what = format!("what it gave for `{promised}` has the digest `{came}`");
    Err(RegistryError::Unexpected { image: Box::new(image.clone()), what })
}

fn parsed(digest: &str, image: &Reference) -> Result<Digest, RegistryError> {
    let unexpected = |error: crate::DigestError| RegistryError::Unexpected {
        image: Box::new(image.clone()),
        what: error.to_string(),
    };
    digest.parse().map_err(unexpected)
}

fn request(method: Method, kind: &str, image: &Reference) -> Result<Request, RegistryError> {
    let address = format!("{}{}/{kind}/{}", image.api(), image.repository(), image.wanted());
    let url: Url = address.parse().map_err(|_| RegistryError::Unexpected {
        image: Box::new(image.clone()),
        what: format!("`{address}` is no address"),
    })?;
    let request = Request::new(method, url, Effect::Read).tell_limits();
    // What a digest names is the same wherever it lies, and registries keep it in stores of others.
    let request = if kind == "blobs" { request.follow_cross_origin() } else { request };
    Ok(request.header(ACCEPT, HeaderValue::from_static(if kind == "blobs" { "*/*" } else { MANIFESTS })))
}

fn read<T: serde::de::DeserializeOwned>(answer: &Response, image: &Reference) -> Result<T, RegistryError> {
    answer
        .json()
        .map_err(|source| RegistryError::Call { image: Box::new(image.clone()), source: Box::new(source) })
}

/// What a request for something of an image says that failed: the image may not be there.
fn missing(error: Error, image: &Reference, is_anonymous: bool) -> RegistryError {
    if error.status() == Some(StatusCode::NOT_FOUND) {
        return RegistryError::NoImage { image: Box::new(image.clone()) };
    }
    refused(error, image, is_anonymous)
}

/// What a failed request says that was sent on behalf of an image, to its registry or to its token server.
pub(crate) fn refused(error: Error, image: &Reference, is_anonymous: bool) -> RegistryError {
    let image = Box::new(image.clone());
    match (&error, error.status()) {
        (Error::Limited { lasts, .. }, _) => {
            RegistryError::Limited { image, lasts: *lasts, source: Box::new(error) }
        }
        (_, Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) => {
            RegistryError::Denied { image, is_anonymous, source: Box::new(error) }
        }
        _ => RegistryError::Call { image, source: Box::new(error) },
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("keychain", &self.keychain).finish_non_exhaustive()
    }
}
