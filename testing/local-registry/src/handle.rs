//! The registry as tests hold it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use loopback::Server;
use serde_json::json;

use crate::door::Door;
use crate::store::{Endpoint, Store, digest};

/// A running registry; dropping it stops it.
///
/// It dereferences to its [`Server`]: faults, latency, and the log of what was asked.
pub struct LocalRegistry {
    server: Server,
    store: Arc<Store>,
}

impl LocalRegistry {
    /// Starts an empty registry on a free port of `127.0.0.1`.
    ///
    /// # Panics
    ///
    /// When no port or no thread is to be had.
    #[must_use]
    pub fn start(door: Door) -> Self {
        Self::started(door, true)
    }

    /// The same of a registry that does not tell digests in its answers' heads, as some do not.
    ///
    /// # Panics
    ///
    /// When no port or no thread is to be had.
    #[must_use]
    pub fn start_without_digests(door: Door) -> Self {
        Self::started(door, false)
    }

    fn started(door: Door, tells_digests: bool) -> Self {
        let mut store = None;
        let server = Server::start(|address| {
            Endpoint(Arc::clone(store.insert(Arc::new(Store::new(door, address.to_string(), tells_digests)))))
        });
        let server = server.expect("a port of 127.0.0.1 can be bound");
        Self { server, store: store.expect("the server was started with it") }
    }

    /// Pushes an image with these labels, for `linux/amd64`, and has the tag stand for it: its digest.
    #[expect(clippy::must_use_candidate, reason = "who only pushes needs no digest")]
    pub fn push(&self, repository: &str, tag: &str, labels: &[(&str, &str)]) -> String {
        let labels: serde_json::Map<_, _> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let config =
            json!({ "architecture": "amd64", "os": "linux", "config": { "Labels": labels } }).to_string();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": digest(config.as_bytes()),
                "size": config.len(),
            },
            "layers": [],
        })
        .to_string();
        let pushed = digest(manifest.as_bytes());
        self.hold(&digest(config.as_bytes()), &config);
        self.hold(&pushed, &manifest);
        self.hold(&format!("{repository}:{tag}"), &manifest);
        pushed
    }

    /// Holds a text, whatever it is: under `repository:tag`, or under a tag or digest alone in every repository.
    pub fn hold(&self, name: &str, text: &str) {
        self.store.texts().insert(name.to_owned(), Bytes::from(text.to_owned()));
    }
}

impl Deref for LocalRegistry {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl fmt::Debug for LocalRegistry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalRegistry").field("server", &self.server).finish_non_exhaustive()
    }
}
