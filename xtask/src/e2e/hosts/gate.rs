//! What stands between a refresh and its engine, so that it can be stopped at any change that it makes.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use anyhow::{Context as _, ensure};
use loopback::{Answer, SocketServer};

use super::PATIENCE;

/// A moment of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// It has been asked for, and the engine does not know yet.
    Before,
    /// It is done, and who asked does not know yet.
    After,
}

/// Where the gate shuts: at the change whose request contains this, or at the change of this number.
#[derive(Debug, Clone)]
pub(super) enum At {
    /// The first change whose request line contains it.
    Request(&'static str),
    /// The change that so many others precede.
    Number(usize),
}

/// What becomes of the change at which it has shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// It has not come.
    Open,
    /// It waits.
    Shut,
    /// It goes on.
    Opened,
    /// It is lost, as whoever asked for it is.
    Lost,
}

struct State {
    position: Position,
    changes: usize,
}

/// A socket by which the engine is reached, up to one moment.
pub(super) struct Gate {
    socket: PathBuf,
    shared: Arc<(Mutex<State>, Condvar)>,
    _server: SocketServer,
}

impl Gate {
    /// One beside `engine`, the engine's socket, that shuts at this moment of this change.
    pub(super) fn shut(folder: &Path, engine: &str, at: At, moment: Moment) -> anyhow::Result<Self> {
        let engine = PathBuf::from(engine.strip_prefix("unix://").context("the engine has no socket")?);
        // a socket's path must be short, and each its own
        let number = fs_err::read_dir(folder)?.count();
        let socket = folder.join(format!("gate-{number}"));
        let shared = Arc::new((Mutex::new(State { position: Position::Open, changes: 0 }), Condvar::new()));
        let known = Arc::clone(&shared);
        let server = SocketServer::start(&socket, move |method, target, body| {
            let hand_on = || {
                forward(&engine, method, target, body).unwrap_or_else(|error| {
                    (502, serde_json::json!({ "message": error.to_string() }).to_string())
                })
            };
            if method == "GET" {
                return hand_on();
            }
            let is_it = is_it(&known, &at, target);
            if is_it && moment == Moment::Before && !goes_on(&known) {
                return (503, String::new());
            }
            let answer = hand_on();
            if is_it && moment == Moment::After {
                goes_on(&known);
            }
            answer
        })?;
        Ok(Self { socket, shared, _server: server })
    }

    /// Where it listens, as `DOCKER_HOST` wants it.
    pub(super) fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    /// Whether the change has come at which it shuts.
    pub(super) fn is_shut(&self) -> bool {
        lock(&self.shared.0).position != Position::Open
    }

    /// Lets the change go on.
    pub(super) fn open(&self) {
        self.set(Position::Opened);
    }

    fn set(&self, position: Position) {
        lock(&self.shared.0).position = position;
        self.shared.1.notify_all();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if lock(&self.shared.0).position == Position::Shut {
            self.set(Position::Lost);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics who holds it")
}

/// Counts a change; whether it is the one at which the gate shuts.
fn is_it(shared: &(Mutex<State>, Condvar), at: &At, target: &str) -> bool {
    let mut state = lock(&shared.0);
    state.changes += 1;
    let is_it = match at {
        At::Request(words) => target.contains(words),
        At::Number(number) => state.changes == number + 1,
    };
    is_it && state.position == Position::Open
}

/// Waits until somebody has decided whether the change goes on.
fn goes_on(shared: &(Mutex<State>, Condvar)) -> bool {
    let mut state = lock(&shared.0);
    state.position = Position::Shut;
    let waited = shared.1.wait_timeout_while(state, PATIENCE, |state| state.position == Position::Shut);
    let (state, _) = waited.expect("nobody panics who holds it");
    state.position == Position::Opened
}

/// Asks the engine. In HTTP/1.0, whose answers come in one piece.
fn forward(engine: &Path, method: &str, target: &str, body: &str) -> anyhow::Result<Answer> {
    let mut stream = UnixStream::connect(engine)?;
    write!(
        stream,
        "{method} {target} HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the engine broke off")?;
    let status = head.split(' ').nth(1).context("the engine tells no status")?.parse()?;
    ensure!(!head.to_ascii_lowercase().contains("transfer-encoding"), "the answer is in pieces");
    Ok((status, body.to_owned()))
}
