//! A host that is made up: an engine that holds images and no container, and a registry that wants a token.

use std::sync::{Arc, Mutex};

use local_registry::{Door, LocalRegistry};
use loopback::{Answer, SocketServer};
use refresh_images::RefreshImages;
use registry::Digest;
use runner::{Console, Environment, Exit, Process, Stream};
use serde_json::json;

/// Every image has the same manifest.
const MANIFEST: &str = r#"{"schemaVersion":2}"#;

pub(crate) fn digest() -> Digest {
    Digest::of(MANIFEST.as_bytes())
}

/// What the engine answers to a method and a target, where it is not what an engine of version 1.41 answers that holds
/// every image.
pub(crate) type Odd = fn(&str, &str) -> Option<Answer>;

pub(crate) struct Host {
    pub(crate) registry: LocalRegistry,
    _engine: SocketServer,
    asked: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
}

impl Host {
    pub(crate) fn new(odd: Odd) -> Self {
        let registry = LocalRegistry::start(Door::Tokens);
        registry.hold("latest", MANIFEST);
        let (folder, address) = (tempfile::tempdir().unwrap(), registry.address());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let engine = SocketServer::start(&folder.path().join("socket"), move |method, target, _| {
            log.lock().unwrap().push(format!("{method} {target}"));
            odd(method, target).unwrap_or_else(|| usual(target, &address.to_string()))
        });
        Self { registry, _engine: engine.unwrap(), asked, folder }
    }

    /// What the engine was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// One run with these arguments: how it ended, its standard output, and its log.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Exit, String, String) {
        let socket = format!("unix://{}", self.folder.path().join("socket").display());
        let image = format!("{}/acme/{{runtime}}:latest", self.registry.address());
        let state = self.folder.path().join("state").display().to_string();
        let common = ["--image", &image, "--docker-host", &socket, "--state-dir", &state];
        let arguments = common.iter().chain(arguments).map(Into::into).collect();
        let environment = Environment::from_pairs([("HOME", "/nowhere")]);
        let (out, err) = (Written::default(), Written::default());
        let streams = (Stream::plain(out.clone()), Stream::plain(err.clone()));
        let console = Console::new(&environment, streams.0, streams.1);
        let exit = runner::execute::<RefreshImages>(Process { environment, arguments, console });
        (exit, out.text(), err.text())
    }
}

fn usual(target: &str, registry: &str) -> Answer {
    let path = target.split('?').next().unwrap();
    if path.ends_with("/version") {
        return (200, json!({ "ApiVersion": "1.41", "MinAPIVersion": "1.12" }).to_string());
    }
    if path.ends_with("/containers/json") {
        return (200, "[]".to_owned());
    }
    let Some(name) = path.split_once("/images/").and_then(|(_, rest)| rest.strip_suffix("/json")) else {
        return (404, r#"{"message":"no such thing"}"#.to_owned());
    };
    let repository = name.rsplit_once(':').map_or(name, |(repository, _)| repository);
    let repository = repository.replace("%2F", "/").replace("%3A", ":");
    assert!(repository.starts_with(registry), "{repository}");
    (200, json!({ "Id": "sha256:1", "RepoDigests": [format!("{repository}@{}", digest())] }).to_string())
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
