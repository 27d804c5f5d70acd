//! A registry of our own, with as much of the protocol as is asked for here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{AUTHORIZATION, LOCATION, WWW_AUTHENTICATE};
use http_client::{Client, Settings, TestClock};
use loopback::{Request, Response, Server, Service};
use registry::{Digest, Keychain, Login, Reference, Registry};

/// How a registry lets people in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Everybody.
    Open,
    /// Who has a token, which everybody may have.
    Tokens,
    /// Who has a token, which is given for the password.
    PrivateTokens,
    /// Who gives the password each time.
    Basic,
    /// Who has a token, which a server elsewhere gives.
    Elsewhere,
}

/// `me:pass`
pub(crate) const PASSWORD: &str = "Basic bWU6cGFzcw==";
const TOKEN: &str = "t0ken";

pub(crate) struct Store {
    door: Door,
    address: String,
    pub(crate) manifests: Mutex<BTreeMap<String, Bytes>>,
    pub(crate) tells_digests: bool,
}

impl Service for Store {
    fn operation(&self, request: &Request) -> String {
        match request.uri().path() {
            "/token" => "token".to_owned(),
            path if path.contains("/blobs/") => "blob".to_owned(),
            path if path.starts_with("/stored/") => "stored".to_owned(),
            _ => "manifest".to_owned(),
        }
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let path = request.uri().path();
        let authorized = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap());
        let answer = http::Response::builder();
        if path == "/token" {
            let knows_user = authorized == Some(PASSWORD)
                || String::from_utf8_lossy(request.body()).contains("refresh_token=r3fresh");
            return match self.door {
                Door::PrivateTokens if !knows_user => answer.status(401).body("".into()).unwrap(),
                _ => answer.body(format!(r#"{{"token":"{TOKEN}","expires_in":300}}"#).into()).unwrap(),
            };
        }
        if let Some(stored) = path.strip_prefix("/stored/") {
            return self.give(stored, answer);
        }
        let (is_welcome, challenge) = match self.door {
            Door::Open => (true, String::new()),
            Door::Basic => (authorized == Some(PASSWORD), "Basic realm=\"x\"".to_owned()),
            Door::Elsewhere => (false, "Bearer realm=\"http://elsewhere.example/token\"".to_owned()),
            Door::Tokens | Door::PrivateTokens => (
                authorized == Some("Bearer t0ken"),
                format!("Bearer realm=\"http://{}/token\",service=\"s\",scope=\"x\"", self.address),
            ),
        };
        if !is_welcome {
            return answer.status(401).header(WWW_AUTHENTICATE, challenge).body("".into()).unwrap();
        }
        let wanted = path.rsplit('/').next().unwrap();
        if path.contains("/blobs/") {
            return answer.status(307).header(LOCATION, format!("/stored/{wanted}")).body("".into()).unwrap();
        }
        self.give(wanted, answer)
    }
}

impl Store {
    fn give(&self, wanted: &str, answer: http::response::Builder) -> Response {
        let Some(bytes) = self.manifests.lock().unwrap().get(wanted).cloned() else {
            return answer.status(404).body("".into()).unwrap();
        };
        let answer = if self.tells_digests {
            answer.header("docker-content-digest", Digest::of(&bytes).as_str())
        } else {
            answer
        };
        answer.body(bytes).unwrap()
    }
}

/// A registry that holds these texts by tag or digest.
pub(crate) fn holding(door: Door, texts: &[(&str, &str)]) -> Server {
    start(door, true, texts)
}

pub(crate) fn start(door: Door, tells_digests: bool, texts: &[(&str, &str)]) -> Server {
    let manifests = texts.iter().map(|(name, text)| ((*name).to_owned(), Bytes::from((*text).to_owned())));
    let manifests = Mutex::new(manifests.collect());
    Server::start(|address| Store { door, address: address.to_string(), manifests, tells_digests }).unwrap()
}

pub(crate) fn image(server: &Server) -> Reference {
    format!("{}/acme/app:latest", server.address()).parse().unwrap()
}

pub(crate) fn me() -> Keychain {
    Keychain::Given(Login::Password { user: "me".to_owned(), password: "pass".into() })
}

/// A registry client whose waits end at once.
pub(crate) fn client(keychain: Keychain) -> Registry {
    let clock = Arc::new(TestClock::at("2026-01-01T00:00:00Z".parse().unwrap()));
    let http = Client::new(Settings { clock, ..Settings::default() }).unwrap();
    Registry::new(http, keychain)
}

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// What was asked, in order.
pub(crate) fn asked(server: &Server) -> Vec<String> {
    server.exchanges().iter().map(|exchange| format!("{} {}", exchange.method, exchange.operation)).collect()
}
