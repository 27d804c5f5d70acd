//! A registry on loopback, and the client that asks it.

use std::sync::Arc;

use http_client::{Client, Settings, TestClock};
use local_registry::{Door, LocalRegistry};
use registry::{Keychain, Login, Reference, Registry};

/// A registry that holds these texts by tag or digest.
pub(crate) fn holding(door: Door, texts: &[(&str, &str)]) -> LocalRegistry {
    let registry = LocalRegistry::start(door);
    for (name, text) in texts {
        registry.hold(name, text);
    }
    registry
}

pub(crate) fn image(registry: &LocalRegistry) -> Reference {
    format!("{}/acme/app:latest", registry.address()).parse().unwrap()
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
pub(crate) fn asked(registry: &LocalRegistry) -> Vec<String> {
    registry.exchanges().into_iter().map(|exchange| exchange.operation).collect()
}
