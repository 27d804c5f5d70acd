//! The index behind its listener: one store, one dialect.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loopback::{Request, Response, Service};

use crate::asked::Asked;
use crate::store::Store;
use crate::{Dialect, gitea, pypi, reply};

/// The state that requests and set-up verbs share.
#[derive(Debug)]
pub(crate) struct Index {
    pub(crate) dialect: Dialect,
    /// The URL of the whole server, without a slash at the end.
    pub(crate) base: String,
    store: Mutex<Store>,
}

impl Index {
    pub(crate) fn new(dialect: Dialect, address: SocketAddr) -> Self {
        let base = format!("http://{address}");
        Self { dialect, store: Mutex::new(Store::new(dialect)), base }
    }

    /// The store, for as long as the guard lives; set-up verbs and requests wait for each other.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        // A panic in one request must not hide the state from the test that will explain it.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request) -> Response {
        let asked = Asked::of(self.dialect, request);
        match self.dialect {
            Dialect::PyPI => pypi::answer(self, request, &asked),
            Dialect::Gitea => gitea::answer(self, request, &asked),
        }
    }
}

/// The index as what a loopback server answers with.
pub(crate) struct Endpoint(pub(crate) Arc<Index>);

impl Service for Endpoint {
    fn operation(&self, request: &Request) -> String {
        Asked::of(self.0.dialect, request).operation().to_owned()
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let answered = tokio::task::spawn_blocking(move || self.0.answer(&request)).await;
        answered.unwrap_or_else(|panic| reply::text(501, format!("the index itself failed: {panic}")))
    }
}
