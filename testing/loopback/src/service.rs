//! What a server answers with.

use std::sync::Arc;

use bytes::Bytes;

/// A request whose body has been read in full.
pub type Request = http::Request<Bytes>;

/// A response whose body is complete.
pub type Response = http::Response<Bytes>;

/// The state behind a [`Server`](crate::Server): it names requests and carries them out.
pub trait Service: Send + Sync + 'static {
    /// Names what the request asks for, like `tags.create`; the same name for the same route.
    ///
    /// Faults and hooks are addressed to this name. It must not change any state: a fault may take the
    /// request away before it is carried out.
    fn operation(&self, request: &Request) -> String;

    /// Carries the request out and answers it.
    ///
    /// Runs to its end even when the client has gone. Work that blocks belongs into
    /// `tokio::task::spawn_blocking`.
    fn call(self: Arc<Self>, request: Request) -> impl Future<Output = Response> + Send;
}
