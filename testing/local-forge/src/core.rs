//! The forge behind its listener: one world, one dialect, one folder of repositories.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loopback::{Request, Response, Service};
use tempfile::TempDir;

use crate::limiter::Limiter;
use crate::routing::{Call, Route, find};
use crate::world::World;
use crate::{Dialect, gitea, github, smart_http};

/// The state that requests and set-up verbs share.
#[derive(Debug)]
pub(crate) struct Forge {
    pub(crate) dialect: Dialect,
    /// The URL of the whole forge, without a slash at the end.
    pub(crate) base: String,
    world: Mutex<World>,
    /// Counts requests against GitHub's limits, once a test asks for it.
    pub(crate) limiter: Mutex<Option<Limiter>>,
    /// How many requests are being answered.
    under_way: AtomicUsize,
    home: TempDir,
}

impl Forge {
    pub(crate) fn new(dialect: Dialect, address: SocketAddr, home: TempDir) -> Self {
        Self {
            dialect,
            base: format!("http://{address}"),
            world: Mutex::new(World::new(dialect)),
            limiter: Mutex::new(None),
            under_way: AtomicUsize::new(0),
            home,
        }
    }

    /// How many requests are being answered now.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Relaxed)
    }

    /// The world, for as long as the guard lives; set-up verbs and requests wait for each other.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic in one request must not hide the state from the test that will explain it.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the repository of this number lies; the name may change, the folder does not.
    pub(crate) fn repository_path(&self, number: u64) -> PathBuf {
        self.home.path().join(format!("{number}.git"))
    }

    fn routes(&self) -> &'static [Route] {
        match self.dialect {
            Dialect::GitHub => github::ROUTES,
            Dialect::Gitea => gitea::ROUTES,
        }
    }

    fn answer(&self, request: &Request) -> Response {
        if let Some(exchange) = smart_http::parse(request) {
            return smart_http::answer(self, request, &exchange);
        }
        let Some((route, parameters)) = find(self.routes(), request) else {
            return match self.dialect {
                Dialect::GitHub => github::no_such_route(),
                Dialect::Gitea => gitea::no_such_route(),
            };
        };
        let call = Call::new(self, request, parameters);
        match self.dialect {
            Dialect::GitHub => github::answer(&call, route.handler),
            Dialect::Gitea => gitea::refuse(&call)
                .unwrap_or_else(|| (route.handler)(&call).unwrap_or_else(|refusal| refusal)),
        }
    }
}

/// The forge as what a loopback server answers with.
pub(crate) struct Endpoint(pub(crate) Arc<Forge>);

impl Service for Endpoint {
    fn operation(&self, request: &Request) -> String {
        if let Some(exchange) = smart_http::parse(request) {
            return exchange.operation().to_owned();
        }
        find(self.0.routes(), request).map_or("unknown", |(route, _)| route.operation).to_owned()
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let forge = Arc::clone(&self.0);
        forge.under_way.fetch_add(1, Ordering::Relaxed);
        let answered = tokio::task::spawn_blocking(move || self.0.answer(&request)).await;
        forge.under_way.fetch_sub(1, Ordering::Relaxed);
        answered.unwrap_or_else(|panic| {
            let mut response = Response::new(format!("the forge itself failed: {panic}").into());
            *response.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
            response
        })
    }
}
