//! The forge as tests hold it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use loopback::{Exchange, Fault, Server, Target};

use crate::core::{Endpoint, Forge};

/// Which forge is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// GitHub, with the URLs of a GitHub Enterprise Server.
    GitHub,
    /// Gitea 1.25 to 1.26.
    Gitea,
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::GitHub => "GitHub",
            Self::Gitea => "Gitea",
        })
    }
}

/// The three people whom every forge knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `root1`, to whom every organisation belongs.
    Admin,
    /// `dev`, who may write where a repository lets him (by default everywhere).
    Write,
    /// `bot`, who may look at what is public.
    Read,
}

/// A running forge; dropping it stops the listener and removes the repositories.
///
/// It dereferences to its [`ForgeHandle`], which has the verbs; here are those that need the listener.
pub struct LocalForge {
    server: Server,
    handle: ForgeHandle,
}

/// The state of a forge, cheap to clone and without its listener, so that a hook can hold it.
///
/// Verbs that set something up panic when the world refuses them (a missing repository, a name that is
/// taken): a test that cannot tell its story has failed.
#[derive(Debug, Clone)]
pub struct ForgeHandle {
    pub(crate) forge: Arc<Forge>,
}

impl LocalForge {
    /// Starts a forge without repositories on a free port of `127.0.0.1`.
    ///
    /// # Panics
    ///
    /// When no port, no thread or no temporary folder is to be had.
    #[must_use]
    pub fn start(dialect: Dialect) -> Self {
        let home = tempfile::Builder::new().prefix("local-forge-").tempdir();
        let home = home.expect("a temporary folder can be made");
        let mut forge = None;
        let server = Server::start(|address| {
            Endpoint(Arc::clone(forge.insert(Arc::new(Forge::new(dialect, address, home)))))
        });
        let server = server.expect("a port of 127.0.0.1 can be bound");
        let forge = forge.expect("a server that started has asked for its service");
        Self { server, handle: ForgeHandle { forge } }
    }

    /// Queues a fault, a [`Fault`] or one of the forges' own, like [`primary_limit`](crate::primary_limit).
    pub fn fail(&self, fault: Fault) {
        self.server.fail(fault);
    }

    /// How many faults still wait for their request.
    #[must_use]
    pub fn waiting_faults(&self) -> usize {
        self.server.waiting_faults()
    }

    /// Makes every request from now on take at least this long.
    pub fn set_latency(&self, latency: Duration) {
        self.server.set_latency(latency);
    }

    /// Lets somebody else act once, just before the next request of `target` takes effect: the way to lose
    /// a race on purpose.
    pub fn before(&self, target: impl Into<Target>, action: impl FnOnce(&ForgeHandle) + Send + 'static) {
        let handle = self.handle.clone();
        self.server.before(target, move || action(&handle));
    }

    /// Takes back latency, waiting faults and waiting hooks.
    pub fn calm(&self) {
        self.server.calm();
    }

    /// Everything asked so far, in the order in which it arrived.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.server.exchanges()
    }

    /// Empties the log of exchanges.
    pub fn forget_exchanges(&self) {
        self.server.forget_exchanges();
    }
}

impl Deref for LocalForge {
    type Target = ForgeHandle;

    fn deref(&self) -> &ForgeHandle {
        &self.handle
    }
}

impl fmt::Debug for LocalForge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = self.dialect();
        formatter.debug_struct("LocalForge").field("dialect", &dialect).field("url", &self.url()).finish()
    }
}

impl ForgeHandle {
    /// The forge that is imitated.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.forge.dialect
    }

    /// The URL of the forge, as in `GITHUB_SERVER_URL`: no slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.forge.base.clone()
    }

    /// The URL of the REST API, as in `GITHUB_API_URL`.
    #[must_use]
    pub fn api_url(&self) -> String {
        let version = match self.forge.dialect {
            Dialect::GitHub => "v3",
            Dialect::Gitea => "v1",
        };
        format!("{}/api/{version}", self.forge.base)
    }

    /// The URL of the GraphQL API, as in `GITHUB_GRAPHQL_URL`; empty on Gitea, which has none.
    #[must_use]
    pub fn graphql_url(&self) -> String {
        match self.forge.dialect {
            Dialect::GitHub => format!("{}/api/graphql", self.forge.base),
            Dialect::Gitea => String::new(),
        }
    }

    /// The URL to clone a repository from; without a token in it.
    #[must_use]
    pub fn clone_url(&self, repo: &str) -> String {
        format!("{}/{repo}.git", self.forge.base)
    }
}
