//! What a registry holds, and how it answers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderName, LOCATION, WWW_AUTHENTICATE};
use loopback::{Request, Response, Service};
use sha2::{Digest as _, Sha256};

use crate::door::Door;

/// The digest of some bytes, as registries write it: `sha256:` and 64 letters.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes everything");
        text
    })
}

/// What a registry holds.
pub(crate) struct Store {
    pub(crate) door: Door,
    pub(crate) address: String,
    /// Whether the digest of an answer is told in its head.
    pub(crate) tells_digests: bool,
    /// By `repository:tag`, or by a tag or digest alone in every repository.
    texts: Mutex<BTreeMap<String, Bytes>>,
}

impl Store {
    pub(crate) fn new(door: Door, address: String, tells_digests: bool) -> Self {
        Self { door, address, tells_digests, texts: Mutex::default() }
    }

    pub(crate) fn texts(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a repository has under a tag or digest.
    fn give(&self, repository: &str, wanted: &str) -> Response {
        let texts = self.texts();
        let Some(bytes) = texts.get(&format!("{repository}:{wanted}")).or_else(|| texts.get(wanted)) else {
            return answer(StatusCode::NOT_FOUND, None, Bytes::new());
        };
        let header =
            self.tells_digests.then(|| (HeaderName::from_static("docker-content-digest"), digest(bytes)));
        answer(StatusCode::OK, header, bytes.clone())
    }
}

/// The store as the listener asks it.
pub(crate) struct Endpoint(pub(crate) Arc<Store>);

impl Service for Endpoint {
    fn operation(&self, request: &Request) -> String {
        let kind = match request.uri().path() {
            "/token" => "token",
            path if path.contains("/blobs/") => "blob",
            path if path.starts_with("/stored/") => "stored",
            _ => "manifest",
        };
        format!("{} {kind}", request.method())
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let (store, path) = (&self.0, request.uri().path());
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        if path == "/token" {
            let given = store.door.token(authorization, &String::from_utf8_lossy(request.body()));
            return match given {
                Some(token) => answer(StatusCode::OK, None, token.into()),
                None => answer(StatusCode::UNAUTHORIZED, None, Bytes::new()),
            };
        }
        if let Some(stored) = path.strip_prefix("/stored/") {
            return store.give("", stored);
        }
        if let Some(challenge) = store.door.challenge(authorization, &store.address) {
            let header = Some((WWW_AUTHENTICATE, challenge));
            return answer(StatusCode::UNAUTHORIZED, header, Bytes::new());
        }
        let place = path.strip_prefix("/v2/").unwrap_or(path);
        if let Some((_, wanted)) = place.split_once("/blobs/") {
            // as registries do that keep their blobs in somebody else's store
            let header = Some((LOCATION, format!("/stored/{wanted}")));
            return answer(StatusCode::TEMPORARY_REDIRECT, header, Bytes::new());
        }
        match place.split_once("/manifests/") {
            Some((repository, wanted)) => store.give(repository, wanted),
            None => answer(StatusCode::NOT_FOUND, None, Bytes::new()),
        }
    }
}

fn answer(status: StatusCode, header: Option<(HeaderName, String)>, body: Bytes) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().expect("what is written here can be a header"));
    }
    response
}
