//! The index as tests hold it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use loopback::{Exchange, Fault, Server, Target};

use crate::asked::check_target;
use crate::core::{Endpoint, Index};

/// Which index is imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// PyPI: JSON and HTML pages, the legacy upload API, trusted publishing.
    PyPI,
    /// The package registry of Gitea 1.25 to 1.26.
    Gitea,
}

impl fmt::Display for Dialect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::PyPI => "PyPI",
            Self::Gitea => "Gitea",
        })
    }
}

/// A running index; dropping it stops the listener.
///
/// It dereferences to its [`IndexHandle`], which has the verbs; here are those that need the listener.
pub struct LocalIndex {
    server: Server,
    handle: IndexHandle,
}

/// The state of an index, cheap to clone and without its listener, so that a hook can hold it.
///
/// Verbs that set something up panic when the index has not what they name: a test that cannot tell its story has
/// failed.
#[derive(Debug, Clone)]
pub struct IndexHandle {
    pub(crate) index: Arc<Index>,
}

impl LocalIndex {
    /// Starts an index without projects on a free port of `127.0.0.1`.
    ///
    /// # Panics
    ///
    /// When no port or no thread is to be had.
    #[must_use]
    pub fn start(dialect: Dialect) -> Self {
        let mut index = None;
        let server = Server::start(|address| {
            Endpoint(Arc::clone(index.insert(Arc::new(Index::new(dialect, address)))))
        });
        let server = server.expect("a port of 127.0.0.1 can be bound");
        let index = index.expect("a server that started has asked for its service");
        Self { server, handle: IndexHandle { index } }
    }

    /// Queues a fault, a [`Fault`] or one of the index's own, like [`garbage`](crate::garbage).
    ///
    /// # Panics
    ///
    /// When it is addressed to no operation; [`OPERATIONS`](crate::OPERATIONS) are those of a release.
    #[track_caller]
    pub fn fail(&self, fault: Fault) {
        check_target(&fault.target);
        self.server.fail(fault);
    }

    /// How many faults still wait for their request: a test that expects a fault asserts on zero.
    #[must_use]
    pub fn waiting_faults(&self) -> usize {
        self.server.waiting_faults()
    }

    /// Makes every request from now on take at least this long.
    pub fn set_latency(&self, latency: Duration) {
        self.server.set_latency(latency);
    }

    /// Lets somebody else act once, just before the next request of `target` takes effect: the way to lose a race
    /// on purpose.
    ///
    /// # Panics
    ///
    /// When `target` is no operation.
    #[track_caller]
    pub fn before(&self, target: impl Into<Target>, action: impl FnOnce(&IndexHandle) + Send + 'static) {
        let target = target.into();
        check_target(&target);
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

impl Deref for LocalIndex {
    type Target = IndexHandle;

    fn deref(&self) -> &IndexHandle {
        &self.handle
    }
}

impl fmt::Debug for LocalIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dialect = self.dialect();
        formatter.debug_struct("LocalIndex").field("dialect", &dialect).field("url", &self.url()).finish()
    }
}

impl IndexHandle {
    /// The index that is imitated.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.index.dialect
    }

    /// The URL of the server, no slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.index.base.clone()
    }

    /// What installers are pointed at; on Gitea, the registry of [`DEFAULT_OWNER`](crate::DEFAULT_OWNER).
    #[must_use]
    pub fn simple_url(&self) -> String {
        self.simple_url_of(crate::DEFAULT_OWNER)
    }

    /// The same for another owner's registry; PyPI has no owners.
    #[must_use]
    pub fn simple_url_of(&self, owner: &str) -> String {
        match self.index.dialect {
            Dialect::PyPI => format!("{}/simple/", self.index.base),
            Dialect::Gitea => format!("{}/api/packages/{owner}/pypi/simple/", self.index.base),
        }
    }

    /// Where archives are sent; on Gitea, to the registry of [`DEFAULT_OWNER`](crate::DEFAULT_OWNER).
    #[must_use]
    pub fn upload_url(&self) -> String {
        self.upload_url_of(crate::DEFAULT_OWNER)
    }

    /// The same for another owner's registry; PyPI has no owners.
    #[must_use]
    pub fn upload_url_of(&self, owner: &str) -> String {
        match self.index.dialect {
            Dialect::PyPI => format!("{}/legacy/", self.index.base),
            Dialect::Gitea => format!("{}/api/packages/{owner}/pypi", self.index.base),
        }
    }
}
