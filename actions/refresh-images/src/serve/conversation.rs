//! Those who ask, and how they are taken leave of.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Desk;

/// How many may wait for their refresh at once.
const CONNECTIONS: usize = 64;

/// The connections that are open.
#[derive(Default)]
pub(super) struct Conversations {
    open: JoinSet<()>,
}

impl Conversations {
    /// Listens to everybody who comes, for ever.
    pub(super) async fn accept(&mut self, listener: &TcpListener, desk: &Arc<Desk>) {
        loop {
            while self.open.len() >= CONNECTIONS {
                self.open.join_next().await;
            }
            // Who gave up between knocking and our answer is no reason to stop listening.
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            while self.open.try_join_next().is_some() {}
            self.open.spawn(converse(stream, Arc::clone(desk)));
        }
    }

    /// Waits until everybody has got their answer, but no longer than this.
    pub(super) async fn conclude(mut self, patience: Duration) {
        let all = async { while self.open.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("somebody who asked did not take the answer");
        }
    }
}

/// One connection, until whoever is there leaves; or until the program ends, and what was asked by then is answered.
async fn converse(stream: TcpStream, desk: Arc<Desk>) {
    let answering = Arc::clone(&desk);
    let answer = service_fn(move |request: http::Request<Incoming>| {
        let desk = Arc::clone(&answering);
        async move { Ok::<_, Infallible>(desk.answer(&request.into_parts().0).await) }
    });
    let mut connection =
        pin!(http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answer));
    // An error here is a client that went away.
    tokio::select! {
        left = connection.as_mut() => return drop(left),
        _ = desk.host.ending.asked() => connection.as_mut().graceful_shutdown(),
    }
    drop(connection.await);
}
