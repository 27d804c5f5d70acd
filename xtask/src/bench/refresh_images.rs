//! What a host pays for being up to date: requests where nothing has changed, and the memory of a watch.
//!
//! Engine and registry are made up, so that nothing but the program is measured: the engine holds every image, and the
//! registry wants a token.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::ensure;
use loopback::{Answer, Request, Response, Server, Service, SocketServer, count, round_trips};
use serde_json::json;

use super::measure::{Cost, Surroundings, cost_of};
use super::mib;
use crate::compile::{self, Profile};
use crate::process;
use crate::workspace::Workspace;

/// The runtimes that the platform knows.
const IMAGES: usize = 8;
/// Long enough that requests sent side by side overlap and others do not.
const LATENCY: Duration = Duration::from_millis(100);
/// Looks of a short watch and of a long one.
const FEW_TICKS: u32 = 100;
const MANY_TICKS: u32 = 10_000;

/// What is promised where nothing has changed.
const MOST_ROUND_TRIPS: usize = 3;
/// What is promised of a watch's memory, in bytes.
const MOST_MEMORY: u64 = 15 << 20;
/// What may be put down to the allocator, in bytes: memory that grew with each look would be many times that.
const NO_GROWTH: u64 = 1 << 20;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Every image, for who has a token.
struct Images {
    address: String,
}

impl Service for Images {
    fn operation(&self, request: &Request) -> String {
        let kind = if request.uri().path() == "/token" { "token" } else { "manifest" };
        format!("{} {kind}", request.method())
    }

    async fn call(self: Arc<Self>, request: Request) -> Response {
        let mut response = Response::default();
        let header = |value: &str| value.parse().expect("what is written here can be a header");
        if request.uri().path() == "/token" {
            *response.body_mut() = r#"{"token":"t","expires_in":86400}"#.into();
        } else if request.headers().get("authorization").is_some_and(|shown| shown == "Bearer t") {
            response.headers_mut().insert("docker-content-digest", header(DIGEST));
        } else {
            let challenge = format!("Bearer realm=\"http://{}/token\"", self.address);
            *response.status_mut() = http::StatusCode::UNAUTHORIZED;
            response.headers_mut().insert("www-authenticate", header(&challenge));
        }
        response
    }
}

/// An engine that holds every image and has no container.
fn engine(target: &str) -> Answer {
    let path = target.split('?').next().unwrap_or_default();
    let images = path.split_once("/images/").and_then(|(_, rest)| rest.strip_suffix("/json"));
    match images {
        Some(name) => {
            let repository = name.rsplit_once(':').map_or(name, |(repository, _)| repository);
            (200, json!({ "Id": "sha256:1", "RepoDigests": [format!("{repository}@{DIGEST}")] }).to_string())
        }
        None if path.ends_with("/version") => (200, json!({ "ApiVersion": "1.41" }).to_string()),
        None => (200, "[]".to_owned()),
    }
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("\nbuilding refresh-images as it is shipped …");
    let binary = compile::build(workspace, "refresh-images", Profile::Release)?;
    println!("\nrefresh-images: {:.1} MiB, dynamically linked", mib(fs_err::metadata(&binary)?.len()));
    let folder = tempfile::tempdir()?;
    let registry = Server::start(|address| Images { address: address.to_string() })?;
    let socket = folder.path().join("docker.sock");
    let _engine = SocketServer::start(&socket, |_, target, _| engine(target))?;
    let command = |arguments: &[&str]| {
        let mut command = process::command(&binary);
        command
            .arg("--image")
            .arg(format!("{}/acme/{{runtime}}:latest", registry.address()))
            .arg("--docker-host")
            .arg(format!("unix://{}", socket.display()))
            .arg("--state-dir")
            .arg(folder.path().join("state"))
            .args(arguments);
        command
    };
    let mut broken = Vec::new();

    registry.set_latency(LATENCY);
    let refresh = cost_of(&command(&[]), Surroundings::Bare, folder.path())?;
    let exchanges = registry.exchanges();
    let (heads, trips) = (count(&exchanges, "HEAD manifest"), round_trips(&exchanges));
    row(&format!("nothing changed, {IMAGES} images"), refresh);
    println!("  {trips} round trips; {heads} HEADs, half of which learn that a token is asked for; no pull");
    if trips > MOST_ROUND_TRIPS || heads != 2 * IMAGES || exchanges.len() != 3 * IMAGES {
        broken.push(format!("{trips} round trips, {} requests", exchanges.len()));
    }

    registry.calm();
    let few = watch(&command, &registry, FEW_TICKS, folder.path())?;
    row(&format!("a watch of {FEW_TICKS} looks"), few);
    let many = watch(&command, &registry, MANY_TICKS, folder.path())?;
    row(&format!("a watch of {MANY_TICKS} looks"), many);
    if many.memory > MOST_MEMORY {
        broken.push(format!("a watch takes {:.1} MiB", mib(many.memory)));
    }
    if many.memory > few.memory + NO_GROWTH {
        broken.push(format!("a watch grows from {:.1} to {:.1} MiB", mib(few.memory), mib(many.memory)));
    }
    println!(
        "promised: one HEAD for each image within {MOST_ROUND_TRIPS} round trips; a watch within {:.0} MiB that does not grow",
        mib(MOST_MEMORY)
    );
    ensure!(broken.is_empty(), "not kept: {}", broken.join("; "));
    Ok(())
}

/// A watch of so many looks, all of which the registry answers.
fn watch(
    command: &impl Fn(&[&str]) -> Command,
    registry: &Server,
    ticks: u32,
    folder: &Path,
) -> anyhow::Result<Cost> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        // The log of what was asked is ours, and would grow with each look.
        let forgetting = scope.spawn(|| {
            let mut asked = 0;
            loop {
                let was_over = is_over.load(Ordering::SeqCst);
                asked += count(&registry.exchanges(), "HEAD manifest");
                registry.forget_exchanges();
                if was_over {
                    return asked;
                }
                thread::sleep(Duration::from_millis(20));
            }
        });
        let watch = command(&["watch", "--interval", "1ms", "--ticks", &ticks.to_string()]);
        let cost = cost_of(&watch, Surroundings::Bare, folder);
        is_over.store(true, Ordering::SeqCst);
        let asked = forgetting.join().expect("counting does not panic");
        // what arrives between counting and forgetting is not counted
        let least = usize::try_from(ticks)? * IMAGES / 2;
        ensure!(asked >= least, "{asked} HEADs were seen of a watch of {ticks} looks");
        cost
    })
}

fn row(name: &str, cost: Cost) {
    println!(
        "{name:<34} {:>7.0} ms {:>7.1} ms {:>7.1} MiB",
        cost.wall.as_secs_f64() * 1e3,
        cost.cpu.as_secs_f64() * 1e3,
        mib(cost.memory)
    );
}
