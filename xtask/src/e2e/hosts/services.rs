//! The watcher, the service, and private registries.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use loopback::Fault;
use serde_json::{Value, json};

use super::Case;
use super::registry::{Door, LocalRegistry};
use super::stage::{OBEDIENT, RUNTIME, Stage, WORKSPACE};

pub(super) const CASES: &[Case] = &[
    Case { what: "watch: the first look seeds, a change refreshes, a failure is retried", run: watch },
    Case { what: "watch: what was seen is known after a restart", run: watch_again },
    Case { what: "serve: refreshes for who shows the token", run: serve },
    Case { what: "a private registry by GHCR_USER and GHCR_TOKEN", run: private_by_token },
    Case { what: "a private registry by the host's Docker configuration", run: private_by_config },
];

fn remembered(stage: &Stage) -> Option<String> {
    let text = fs_err::read_to_string(stage.state().join("digests.json")).ok()?;
    Some(serde_json::from_str::<Value>(&text).ok()?[RUNTIME].as_str()?.to_owned())
}

fn watch(stage: &mut Stage) -> anyhow::Result<String> {
    let before = stage.inspect(WORKSPACE)?["Id"].clone();
    let mut watcher = stage.begin(&["watch", "--interval", "300ms"])?;
    Stage::until("the first look", || Ok(remembered(stage).is_some()))?;
    let seeded = remembered(stage);
    ensure!(stage.inspect(WORKSPACE)?["Id"] == before, "the first look refreshed");
    // the pull fails at first, for as long as the engine tries by itself
    stage.passage.fail(Fault::status("GET blob", 404).times(2));
    let version = stage.publish(OBEDIENT)?;
    Stage::until("the refresh", || Ok(stage.version().is_ok_and(|now| now == version)))?;
    Stage::until("the memory of it", || Ok(remembered(stage) != seeded))?;
    watcher.terminate()?;
    let ended = watcher.finish()?;
    ensure!(ended.code == Some(0) && ended.log.contains("the watch ends"), "{ended:?}");
    ensure!(ended.log.contains("the next look tries again"), "nothing failed: {ended:?}");
    Ok("new one runs, ended by SIGTERM".to_owned())
}

fn watch_again(stage: &mut Stage) -> anyhow::Result<String> {
    let seeded = stage.refresh(&["watch", "--ticks", "1"])?;
    ensure!(seeded.code == Some(0), "{seeded:?}");
    let version = stage.publish(OBEDIENT)?;
    let ended = stage.refresh(&["watch", "--ticks", "1"])?;
    ensure!(ended.code == Some(0) && stage.version()? == version, "{ended:?}");
    Ok("new one runs".to_owned())
}

/// A request by hand; status and body.
fn post(address: SocketAddr, target: &str, token: Option<&str>) -> anyhow::Result<(u16, Value)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_mins(2)))?;
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(
        stream,
        "POST {target} HTTP/1.1\r\nHost: here\r\n{token}Connection: close\r\nContent-Length: 0\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    Ok((status, serde_json::from_str(body).with_context(|| answer.clone())?))
}

fn serve(stage: &mut Stage) -> anyhow::Result<String> {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut command = stage.command(&["serve", "--listen", &address.to_string()]);
    command.env("REFRESH_IMAGES_TOKEN", "t0ken");
    let mut server = stage.start(command)?;
    Stage::until("the service", || Ok(TcpStream::connect(address).is_ok()))?;
    let place = "/admin/workspace-images/refresh";
    ensure!(post(address, place, None)?.0 == 401, "it lets everybody in");
    let (status, body) = post(address, &format!("{place}?runtime=nobody"), Some("t0ken"))?;
    ensure!(status == 400 && body["known"] == json!([RUNTIME]), "{status} {body}");
    let version = stage.publish(OBEDIENT)?;
    let target = format!("{place}?runtime={RUNTIME}&recreate=true");
    // two at once: one refresh at a time, and the second finds nothing to do
    let second = std::thread::spawn({
        let target = target.clone();
        move || post(address, &target, Some("t0ken"))
    });
    let first = post(address, &target, Some("t0ken"))?;
    let second = second.join().expect("no panic")?;
    ensure!(first.0 == 200 && second.0 == 200, "{first:?} {second:?}");
    let times = [&first, &second].iter().filter(|(_, body)| body["recreated"] == json!([WORKSPACE])).count();
    ensure!(times == 1 && stage.version()? == version, "{first:?} {second:?}");
    stage.passage.fail(Fault::status("HEAD manifest", 404).times(9));
    let (status, body) = post(address, place, Some("t0ken"))?;
    ensure!(status == 500 && body["failed"] == json!([RUNTIME]), "{status} {body}");
    server.terminate()?;
    let ended = server.finish()?;
    ensure!(ended.code == Some(0), "{ended:?}");
    Ok("200, 400, 401 and 500 as promised".to_owned())
}

/// A registry with the same images that asks for a password.
fn locked(stage: &Stage) -> anyhow::Result<LocalRegistry> {
    LocalRegistry::start(&stage.folder().join("locked"), &stage.images(), Door::Locked)
}

fn private_by_token(stage: &mut Stage) -> anyhow::Result<String> {
    let registry = locked(stage)?;
    let image = format!("{}/acme/{{runtime}}:latest", registry.address());
    let refused = stage.refresh(&["--image", &image])?;
    ensure!(refused.code == Some(1), "everybody was let in: {refused:?}");
    let mut command = stage.command(&["--image", &image]);
    command.env("GHCR_USER", "me").env("GHCR_TOKEN", "pass");
    let ended = stage.end(command)?;
    ensure!(ended.code == Some(0) && ended.list("pulled") == [RUNTIME], "{ended:?}");
    Ok("pulled".to_owned())
}

fn private_by_config(stage: &mut Stage) -> anyhow::Result<String> {
    let registry = locked(stage)?;
    let image = format!("{}/acme/{{runtime}}:latest", registry.address());
    let folder = stage.folder().join("docker-config");
    fs_err::create_dir_all(&folder)?;
    let config = |text: Value| fs_err::write(folder.join("config.json"), text.to_string());
    config(json!({ "credsStore": "nowhere" }))?;
    let run = |stage: &mut Stage| {
        let mut command = stage.command(&["--image", &image]);
        command.env("DOCKER_CONFIG", &folder);
        stage.end(command)
    };
    let ended = run(stage)?;
    let told = ended.result["errors"][RUNTIME].to_string();
    ensure!(told.contains("docker-credential-nowhere") && told.contains("cannot be run"), "{ended:?}");
    // me:pass
    config(json!({ "auths": { registry.address().to_string(): { "auth": "bWU6cGFzcw==" } } }))?;
    let ended = run(stage)?;
    ensure!(ended.code == Some(0) && ended.list("pulled") == [RUNTIME], "{ended:?}");
    Ok("pulled; a helper that cannot run is named".to_owned())
}
