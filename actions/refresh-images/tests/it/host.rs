//! A host that is made up: an engine that holds images and containers, and a registry that wants a token.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use local_registry::{Door, LocalRegistry};
use loopback::{Answer, SocketServer};
use refresh_images::RefreshImages;
use registry::Digest;
use runner::{Console, Environment, Exit, Process, Stream};

use crate::engine::{Container, Engine};

/// Every image has the same manifest.
const MANIFEST: &str = r#"{"schemaVersion":2}"#;

pub(crate) fn digest() -> Digest {
    Digest::of(MANIFEST.as_bytes())
}

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) struct Host {
    pub(crate) registry: LocalRegistry,
    pub(crate) engine: Arc<Engine>,
    _socket: SocketServer,
    asked: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
}

impl Host {
    /// A host whose engine answers `odd` where that is something.
    pub(crate) fn new(odd: impl Fn(&str, &str) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self::with(move |_, method, target| odd(method, target))
    }

    /// A host whose engine answers `odd` where that is something, which may change what the engine holds.
    pub(crate) fn with(
        odd: impl Fn(&Arc<Engine>, &str, &str) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let registry = LocalRegistry::start(Door::Tokens);
        registry.hold("latest", MANIFEST);
        let folder = tempfile::tempdir().unwrap();
        let (asked, engine) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Engine::default()));
        let (log, answering) = (Arc::clone(&asked), Arc::clone(&engine));
        let socket = SocketServer::start(&folder.path().join("socket"), move |method, target, body| {
            log.lock().unwrap().push(format!("{method} {target}"));
            odd(&answering, method, target).unwrap_or_else(|| answering.answer(method, target, body))
        });
        Self { registry, engine, _socket: socket.unwrap(), asked, folder }
    }

    /// A container of this name that runs an older image of `hermes`.
    pub(crate) fn add_old(&self, name: &str) {
        self.engine.containers().push(Container::old(name, &self.image("hermes")));
    }

    /// What the engine was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// What the engine was asked that changes something.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.asked().into_iter().filter(|asked| !asked.starts_with("GET ")).collect()
    }

    /// The image of a runtime.
    pub(crate) fn image(&self, runtime: &str) -> String {
        format!("{}/acme/{runtime}:latest", self.registry.address())
    }

    /// A file that the program keeps.
    pub(crate) fn state(&self, file: &str) -> PathBuf {
        self.folder.path().join("state").join(file)
    }

    fn arguments(&self, arguments: &[&str]) -> Vec<String> {
        let socket = format!("unix://{}", self.folder.path().join("socket").display());
        let state = self.folder.path().join("state").display().to_string();
        let (image, settle) = (self.image("{runtime}"), "300ms");
        let common = ["--image", &image, "--docker-host", &socket, "--state-dir", &state, "--settle", settle];
        common.iter().chain(arguments).map(|argument| (*argument).to_owned()).collect()
    }

    /// One run with these arguments: how it ended, its standard output, and its log.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Exit, String, String) {
        let arguments = self.arguments(arguments).into_iter().map(Into::into).collect();
        let environment = Environment::from_pairs([("HOME", "/nowhere")]);
        let (out, err) = (Written::default(), Written::default());
        let streams = (Stream::plain(out.clone()), Stream::plain(err.clone()));
        let console = Console::new(&environment, streams.0, streams.1);
        let exit = runner::execute::<RefreshImages>(Process { environment, arguments, console });
        (exit, out.text(), err.text())
    }

    /// A run in a process of its own, which signals can be sent to.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        self.spawn_with(&[], arguments)
    }

    /// The same with these variables.
    pub(crate) fn spawn_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refresh-images"));
        let variables = variables.iter().copied();
        command
            .env_clear()
            .env("HOME", "/nowhere")
            .envs(variables)
            .args(self.arguments(arguments))
            .stdin(Stdio::null());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, log) = (Written::default(), Written::default());
        let readers = vec![
            copy(process.stdout.take().unwrap(), out.clone()),
            copy(process.stderr.take().unwrap(), log.clone()),
        ];
        Running { process, out, log, readers }
    }
}

fn copy(from: impl std::io::Read + Send + 'static, mut to: Written) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n') {
            let mut line = line.unwrap();
            line.push(b'\n');
            std::io::Write::write_all(&mut to, &line).unwrap();
        }
    })
}

/// Waits until something holds.
pub(crate) fn until(mut holds: impl FnMut() -> bool, what: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} did not come about");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A run in a process of its own; it ends with this value.
pub(crate) struct Running {
    process: Child,
    out: Written,
    log: Written,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Running {
    /// Waits until the log says this.
    pub(crate) fn says(&self, words: &str) {
        self.says_so_often(words, 1);
    }

    /// Waits until the log has said this so often.
    pub(crate) fn says_so_often(&self, words: &str, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.log.text().matches(words).count() < times {
            assert!(Instant::now() < deadline, "`{words}` is not in {}", self.log.text());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end, as a service manager does.
    pub(crate) fn terminate(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    }

    /// Its exit code, its standard output, and its log.
    pub(crate) fn finish(mut self) -> (Option<i32>, String, String) {
        let process = &mut self.process;
        until(|| process.try_wait().unwrap().is_some(), "the end of the program");
        let code = process.wait().unwrap().code();
        for reader in std::mem::take(&mut self.readers) {
            reader.join().unwrap();
        }
        (code, self.out.text(), self.log.text())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
