//! The smallest client: for tests of a service, which should not depend on the client they are written for.

use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::service::{Request, Response};

/// Sends one request on a connection of its own and waits for the whole answer; follows no redirect.
///
/// # Errors
///
/// When the connection cannot be made, or ends before the answer is complete.
pub fn send(address: SocketAddr, mut request: Request) -> io::Result<Response> {
    let host = HeaderValue::from_str(&address.to_string()).map_err(io::Error::other)?;
    request.headers_mut().entry(HOST).or_insert(host);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let driven = tokio::spawn(connection);
        let response = sender.send_request(request.map(Full::new)).await.map_err(io::Error::other)?;
        let (head, body) = response.into_parts();
        let body: Bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
        driven.abort();
        Ok(Response::from_parts(head, body))
    })
}
