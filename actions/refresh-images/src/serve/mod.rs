//! A refresh whenever it is asked for by HTTP.

mod conversation;
mod request;

use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinError;

use crate::containers::Recreate;
use crate::error::{RefreshError, told};
use crate::inputs::Settings;
use crate::outcome::Outcome;
use crate::refresh::{Host, Runtime};
use crate::watch::{Watcher, conclude};
use conversation::Conversations;
use request::Refusal;

/// How long those who have asked may take to read their answer when the service ends.
const FAREWELL: Duration = Duration::from_secs(5);

type Answer = http::Response<Full<Bytes>>;

/// What answers.
struct Desk {
    host: Host,
    settings: Settings,
    /// One refresh at a time: who asks meanwhile gets the next.
    turn: Mutex<()>,
}

/// Answers `POST /admin/workspace-images/refresh` until this program is told to end.
///
/// What was begun with a container is finished then, everybody who has asked gets an answer, and no refresh begins.
///
/// # Errors
///
/// When the address cannot be listened on, or the folder cannot be written that the watch remembers digests in.
pub async fn serve(host: &Host, settings: &Settings) -> Result<(), RefreshError> {
    let address = settings.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| RefreshError::Listen { address, source })?;
    let address = listener.local_addr().unwrap_or(address);
    tracing::info!("listening on http://{address}");
    let (host, settings) = (host.clone(), settings.clone());
    let desk = Arc::new(Desk { host, settings, turn: Mutex::new(()) });
    let mut conversations = Conversations::default();
    // A task of its own: what it has begun must not be broken off when the program is told to end.
    let mut watching = tokio::spawn(keep_watch(Arc::clone(&desk)));
    let watched = tokio::select! {
        watched = &mut watching => watched,
        () = conversations.accept(&listener, &desk) => unreachable!("there is always somebody who may come"),
        _ = desk.host.ending.asked() => watching.await,
    };
    drop(listener);
    // a service that was to watch too and does not is no use
    desk.host.ending.ask("the end of the watch");
    // whoever has the turn finishes what was begun, and those who wait for it are told that there is none
    drop(desk.turn.lock().await);
    conversations.conclude(FAREWELL).await;
    tracing::info!("the service ends");
    concluded(watched)
}

/// What the watch ended as. A panic of it is one of the program.
fn concluded(watched: Result<Result<(), RefreshError>, JoinError>) -> Result<(), RefreshError> {
    watched.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        // nobody cancels it
        Err(_) => Ok(()),
    })
}

/// What a killed refresh has left is put right; then the watch, where it is asked for too, until the program ends.
async fn keep_watch(desk: Arc<Desk>) -> Result<(), RefreshError> {
    let Desk { host, settings, turn } = &*desk;
    let its_turn = turn.lock().await;
    if !settings.also_watch {
        conclude(host.put_right().await, "; the next refresh tries again");
        drop(its_turn);
        host.ending.asked().await;
        return Ok(());
    }
    let mut watcher = Watcher::new(host, settings)?;
    watcher.put_right().await;
    drop(its_turn);
    loop {
        let changed = tokio::select! {
            changed = watcher.look() => changed,
            _ = host.ending.asked() => return Ok(()),
        };
        let its_turn = turn.lock().await;
        if host.ending.asked_by().is_some() {
            return Ok(());
        }
        watcher.refresh(changed).await?;
        drop(its_turn);
        tokio::select! {
            () = tokio::time::sleep(watcher.pause()) => {}
            _ = host.ending.asked() => return Ok(()),
        }
    }
}

impl Desk {
    async fn answer(self: &Arc<Self>, request: &http::request::Parts) -> Answer {
        let asked = match request::read(request, &self.settings) {
            Ok(asked) => asked,
            Err(refusal) => return refused(&refusal),
        };
        tracing::info!("a refresh of {} images was asked for", asked.runtimes.len());
        // A task of its own: who asked may go away, and what was begun must not be broken off.
        let desk = Arc::clone(self);
        let done = tokio::spawn(async move { desk.refresh(asked.runtimes, asked.recreate).await });
        done.await.unwrap_or_else(|_| answer(500, r#"{"error":"the refresh panicked"}"#.to_owned()))
    }

    async fn refresh(&self, runtimes: Vec<Runtime>, recreate: Recreate) -> Answer {
        let _turn = self.turn.lock().await;
        if self.host.ending.asked_by().is_some() {
            return refused(&Refusal::Ending);
        }
        let outcome = self.host.refresh(&runtimes, recreate).await;
        let outcome = outcome.unwrap_or_else(|error| Outcome::nothing_done(&runtimes, &told(&error, None)));
        outcome.tell_errors("");
        tracing::info!("{}", outcome.to_json());
        answer(if outcome.failed.is_empty() { 200 } else { 500 }, outcome.to_json())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the watcher has a fault")]
    fn a_panic_of_the_watch_is_one_of_the_program() {
        let watched =
            runner::block_on(async { tokio::spawn(async { panic!("the watcher has a fault") }).await });
        drop(concluded(watched));
    }
}
