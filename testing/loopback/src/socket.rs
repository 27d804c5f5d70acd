//! A server on a Unix socket, for clients that speak HTTP to one: a Docker engine's.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// A running server that answers every request by a function; dropping it stops it.
#[derive(Debug)]
pub struct SocketServer {
    path: PathBuf,
    is_over: Arc<AtomicBool>,
}

/// What is answered: a status and a JSON body.
pub type Answer = (u16, String);

impl SocketServer {
    /// Serves on this socket. `answer` is given the method and the target of each request, and its body.
    ///
    /// # Errors
    ///
    /// When the socket cannot be bound.
    pub fn start(
        path: &Path,
        answer: impl Fn(&str, &str, &str) -> Answer + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = UnixListener::bind(path)?;
        let answer = Arc::new(answer);
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        thread::spawn(move || {
            for stream in listener.incoming() {
                // The last one to knock is its owner.
                let (Ok(stream), false) = (stream, over.load(Ordering::SeqCst)) else { return };
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    // An error here is a client that went away.
                    drop(serve(stream, answer.as_ref()));
                });
            }
        });
        Ok(Self { path: path.to_owned(), is_over })
    }
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(UnixStream::connect(&self.path));
    }
}

/// Reads one request and answers it, on a connection of its own.
fn serve(stream: UnixStream, answer: &dyn Fn(&str, &str, &str) -> Answer) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = String::new();
    reader.by_ref().take(length).read_to_string(&mut body)?;
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, body) = answer(method, target, &body);
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
