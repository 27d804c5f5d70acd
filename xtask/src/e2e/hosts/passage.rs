//! What stands between a host and its registry, so that requests can be delayed, refused and watched.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;

use loopback::{Request, Response, Service};

/// Hands on every request as it is, under the name of what it asks for: `HEAD manifest`, `GET manifest`, `GET blob`.
pub(super) struct Passage {
    pub(super) registry: SocketAddr,
}

impl Service for Passage {
    fn operation(&self, request: &Request) -> String {
        let path = request.uri().path();
        let kind = if path.contains("/manifests/") {
            "manifest"
        } else if path.contains("/blobs/") {
            "blob"
        } else {
            "other"
        };
        format!("{} {kind}", request.method())
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let registry = self.registry;
        // A thread of its own: the client waits by a runtime, and there is one here already.
        let answered = thread::spawn(move || loopback::send(registry, request)).join();
        let answer = answered.expect("the client does not panic");
        let mut response = answer.unwrap_or_else(|error| {
            let mut response = Response::default();
            *response.status_mut() = http::StatusCode::BAD_GATEWAY;
            *response.body_mut() = error.to_string().into();
            response
        });
        response.headers_mut().remove("transfer-encoding");
        response
    }
}
