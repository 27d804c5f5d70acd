//! A refresh whenever it is asked for by HTTP.

mod request;

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore};

use crate::containers::Recreate;
use crate::error::{RefreshError, told};
use crate::inputs::Settings;
use crate::refresh::{Host, Runtime};
use crate::watch::{End, Watcher, put_right};
use request::Refusal;

/// How many may wait for their refresh at once.
const CONNECTIONS: usize = 64;

type Answer = http::Response<Full<Bytes>>;

/// What answers.
struct Desk {
    host: Host,
    settings: Settings,
    /// One refresh at a time: who asks meanwhile gets the next.
    turn: Mutex<()>,
}

/// Answers `POST /admin/workspace-images/refresh` until this program is told to end; what is under way is finished.
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn serve(host: &Host, settings: &Settings) -> Result<(), RefreshError> {
    let mut end = End::new()?;
    let address = settings.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| RefreshError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    tracing::info!("listening on http://{address}");
    let (host, settings) = (host.clone(), settings.clone());
    let desk = Arc::new(Desk { host, settings, turn: Mutex::new(()) });
    // A task of its own: what it has begun must not be broken off when the program is told to end.
    let watching = tokio::spawn(keep_watch(Arc::clone(&desk)));
    tokio::select! {
        () = accept(listener, Arc::clone(&desk)) => {}
        watched = watching => watched.unwrap_or(Ok(()))?,
        () = end.asked() => {}
    }
    // Whoever has the turn finishes, and nobody gets the next one.
    let _turn = desk.turn.lock().await;
    tracing::info!("the service ends");
    Ok(())
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.expect("the semaphore is never closed");
        // Who gave up between knocking and our answer is no reason to stop listening.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            continue;
        };
        let desk = Arc::clone(&desk);
        tokio::spawn(async move {
            converse(stream, desk).await;
            drop(place);
        });
    }
}

async fn converse(stream: TcpStream, desk: Arc<Desk>) {
    let answer = service_fn(move |request: http::Request<Incoming>| {
        let desk = Arc::clone(&desk);
        async move { Ok::<_, Infallible>(desk.answer(&request.into_parts().0).await) }
    });
    // An error here is a client that went away.
    drop(http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), answer).await);
}

/// What a killed refresh has left is put right; then the watch, where it is asked for too, else nothing, for ever.
async fn keep_watch(desk: Arc<Desk>) -> Result<(), RefreshError> {
    {
        let _turn = desk.turn.lock().await;
        put_right(&desk.host).await;
    }
    if !desk.settings.also_watch {
        return std::future::pending().await;
    }
    let mut watcher = Watcher::new(&desk.host, &desk.settings)?;
    loop {
        let changed = watcher.look().await;
        let turn = desk.turn.lock().await;
        watcher.refresh(changed).await?;
        drop(turn);
        tokio::time::sleep(watcher.pause()).await;
    }
}

impl Desk {
    async fn answer(self: &Arc<Self>, request: &http::request::Parts) -> Answer {
        let asked = match request::read(request, &self.settings) {
            Ok(asked) => asked,
            Err(refusal) => return refused(&refusal),
        };
        // A task of its own: who asked may go away, and what was begun must not be broken off.
        let desk = Arc::clone(self);
        let done = tokio::spawn(async move { desk.refresh(asked.runtimes, asked.recreate).await });
        done.await.unwrap_or_else(|_| answer(500, r#"{"error":"the refresh panicked"}"#.to_owned()))
    }

    async fn refresh(&self, runtimes: Vec<Runtime>, recreate: Recreate) -> Answer {
        let _turn = self.turn.lock().await;
        match self.host.refresh(&runtimes, recreate).await {
            Ok(outcome) => {
                tracing::info!("{}", outcome.to_json());
                answer(if outcome.failed.is_empty() { 200 } else { 500 }, outcome.to_json())
            }
            Err(error) => {
                let error = told(&error, None);
                tracing::error!("{error}");
                let nothing: [&str; 0] = [];
                let body = serde_json::json!({
                    "pulled": nothing, "failed": names(&runtimes), "recreated": nothing, "error": error,
                });
                answer(500, body.to_string())
            }
        }
    }
}

fn names(runtimes: &[Runtime]) -> Vec<&str> {
    runtimes.iter().map(|runtime| runtime.name.as_str()).collect()
}

fn refused(refusal: &Refusal) -> Answer {
    answer(refusal.status(), refusal.body())
}

fn answer(status: u16, body: String) -> Answer {
    let built = http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("cache-control", "no-store");
    let built = if status == 401 { built.header("www-authenticate", "Bearer") } else { built };
    built.body(Full::new(body.into())).expect("constant headers and a status that is one")
}
