//! A server of a few lines: it plays one reply after another and keeps what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use http_client::{Client, RetryPolicy, Settings, TestClock};
use jiff::Timestamp;
use url::Url;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Sends these bytes.
    Answer(String),
    /// Closes the connection without an answer, once the whole request has been read.
    Cut,
    /// Promises more than it sends.
    CutBody,
    /// Is silent for this long, then closes the connection.
    Silence(Duration),
}

/// An answer with a status, further headers and a body.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Reply {
    let headers = if headers.is_empty() { String::new() } else { format!("{headers}\r\n") };
    Reply::Answer(format!(
        "HTTP/1.1 {status} -\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

pub(crate) fn ok() -> Reply {
    answer(200, "", "fine")
}

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// `GET /path HTTP/1.1`
    pub(crate) line: String,
    /// Lower-case names, as sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Listens until the replies are used up; whoever connects later is refused.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::start_over(replies, Ok)
    }

    /// The same over a stream made from the connection; one that cannot be made uses up no reply.
    pub(crate) fn start_over<S: Read + Write>(
        replies: impl IntoIterator<Item = Reply>,
        wrap: impl Fn(TcpStream) -> std::io::Result<S> + Send + 'static,
    ) -> Self {
        let replies: Vec<_> = replies.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        thread::spawn(move || {
            let mut replies = replies.into_iter().peekable();
            while replies.peek().is_some() {
                let Ok((connection, _)) = listener.accept() else { return };
                connection.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let Ok(stream) = wrap(connection) else { continue };
                let mut stream = BufReader::new(stream);
                let Some(request) = read(&mut stream) else { continue };
                log.lock().unwrap().push(request);
                play(replies.next().unwrap(), stream.get_mut());
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        format!("http://127.0.0.1:{}{path}", self.port).parse().unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The request lines, without the version.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|asked| asked.line.trim_end_matches(" HTTP/1.1").to_owned()).collect()
    }
}

fn play(reply: Reply, stream: &mut impl Write) {
    let bytes = match reply {
        Reply::Answer(bytes) => bytes,
        Reply::Cut => return,
        Reply::CutBody => "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".into(),
        Reply::Silence(duration) => return thread::sleep(duration),
    };
    let _ = stream.write_all(bytes.as_bytes()).and_then(|()| stream.flush());
}

/// One request; `None` when the other side closes before it is whole.
pub(crate) fn read(stream: &mut impl BufRead) -> Option<Asked> {
    let line = line(stream)?;
    let mut headers = Vec::new();
    loop {
        let next = self::line(stream)?;
        if next.is_empty() {
            break;
        }
        let (name, value) = next.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let mut body = vec![0; length.parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    Some(Asked { line, headers, body: String::from_utf8(body).ok()? })
}

fn line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match stream.read_line(&mut line) {
        Ok(read) if read > 0 => Some(line.trim_end().to_owned()),
        _ => None,
    }
}

/// Settings whose waits take no time, and the clock that tells of them.
pub(crate) fn settings() -> (Settings, Arc<TestClock>) {
    crate::log::install();
    let clock = Arc::new(TestClock::at(Timestamp::from_second(1_700_000_000).unwrap()));
    (Settings { clock: clock.clone(), ..Settings::default() }, clock)
}

pub(crate) fn client() -> (Client, Arc<TestClock>) {
    let (settings, clock) = settings();
    (Client::new(settings).unwrap(), clock)
}

/// A client that tries once.
pub(crate) fn impatient() -> Client {
    Client::new(Settings { retry: RetryPolicy::once(), ..settings().0 }).unwrap()
}
