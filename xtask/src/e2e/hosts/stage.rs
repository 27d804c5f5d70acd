//! A host: an engine, a registry, the program, and a workspace that must not be lost.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use loopback::Server;
use serde_json::Value;

use super::PATIENCE;
use super::gate::{At, Gate, Moment};
use super::passage::Passage;
use super::program::{Ended, Running};
use super::registry::{Door, LocalRegistry};
use super::root;
use crate::e2e::daemon::Daemon;
use crate::process;

/// The client: any speaks enough for this.
const CLIENT: &str = "docker";
/// The runtime.
pub(super) const RUNTIME: &str = "hermes";
/// The workspace.
pub(super) const WORKSPACE: &str = "ws-a";
/// Runs until it is asked to end.
pub(super) const OBEDIENT: &str = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";
/// Has to be killed.
pub(super) const STUBBORN: &str = "trap '' TERM; while :; do sleep 1; done";
/// Ends at once.
pub(super) const SICKLY: &str = "exit 3";
/// A host.
pub(super) struct Stage {
    binary: PathBuf,
    folder: PathBuf,
    daemon: Option<Daemon>,
    registry: LocalRegistry,
    /// The registry as the host reaches it.
    pub(super) passage: Server,
    images: u32,
    /// How often the program ran.
    pub(super) refreshes: u32,
    /// How often it was killed.
    pub(super) kills: u32,
}

impl Stage {
    /// Starts everything; what is kept is below `folder`.
    pub(super) fn set(binary: PathBuf, folder: &Path) -> anyhow::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let daemon = Some(Daemon::start(CLIENT, &folder.join("engine"))?);
        let registry = LocalRegistry::start(&folder.join("registry"), &folder.join("images"), Door::Open)?;
        let address = registry.address();
        let passage = Server::start(|_| Passage { registry: address })?;
        let folder = folder.to_owned();
        let stage = Self { binary, folder, daemon, registry, passage, images: 0, refreshes: 0, kills: 0 };
        root::pack(&stage.folder, &[])?;
        stage.docker(&["network", "create", "mesh"])?;
        Ok(stage)
    }

    /// A host with one workspace on the runtime's image, and nothing else.
    pub(super) fn reset(&mut self) -> anyhow::Result<()> {
        self.passage.calm();
        let all = self.docker(&["ps", "--all", "--quiet"])?;
        for id in all.split_whitespace() {
            self.docker(&["rm", "--force", "--volumes", id])?;
        }
        for state in [self.state(), self.other_state().into()] {
            if state.exists() {
                fs_err::remove_dir_all(state)?;
            }
        }
        self.publish(OBEDIENT)?;
        let ended = self.refresh(&[])?;
        ensure!(ended.code == Some(0), "the first refresh failed: {ended:?}");
        self.run_workspace(&["--restart", "always"])?;
        self.passage.forget_exchanges();
        Ok(())
    }

    /// Starts the workspace with these options, in place of any, and gives it data.
    pub(super) fn run_workspace(&self, options: &[&str]) -> anyhow::Result<()> {
        let there = self.docker(&["ps", "--all", "--quiet", "--filter", "name=^/ws-a$"])?;
        for id in there.split_whitespace() {
            self.docker(&["rm", "--force", "--volumes", id])?;
        }
        let image = self.image();
        let mut arguments = vec!["run", "--detach", "--name", WORKSPACE, "--network", "mesh"];
        arguments.extend(options);
        arguments.push(&image);
        self.docker(&arguments)?;
        self.docker(&["exec", WORKSPACE, "/bin/touch", "/data/precious"])?;
        Ok(())
    }

    /// Makes a new image whose containers run this, and pushes it as the runtime's; its version.
    pub(super) fn publish(&mut self, program: &str) -> anyhow::Result<String> {
        let (version, push) = self.prepare(program)?;
        push()?;
        Ok(version)
    }

    /// Makes a new image whose containers run this; its version, and what pushes it as the runtime's.
    pub(super) fn prepare(
        &mut self,
        program: &str,
    ) -> anyhow::Result<(String, impl FnOnce() -> anyhow::Result<()> + Send + 'static)> {
        self.images += 1;
        let version = format!("1.{}.0", self.images);
        let origin = self.origin();
        let command = serde_json::json!(["/bin/sh", "-c", program]);
        self.docker(&[
            "import",
            "--change",
            &format!("ENV RUNTIME_VERSION={version}"),
            "--change",
            "ENV INHERITED=yes",
            "--change",
            &format!("LABEL version={version}"),
            "--change",
            "VOLUME /data",
            "--change",
            &format!("CMD {command}"),
            &self.folder.join("root.tar").display().to_string(),
            &origin,
        ])?;
        let host = self.host();
        let push = move || {
            ask(&host, &["push", "--quiet", &origin])?;
            // only what the program pulls is to be here
            ask(&host, &["rmi", "--force", &origin]).map(drop)
        };
        Ok((version, push))
    }

    /// The image as the host names it.
    pub(super) fn image(&self) -> String {
        format!("{}/acme/{RUNTIME}:latest", self.passage.address())
    }

    /// The image as it is pushed.
    fn origin(&self) -> String {
        format!("{}/acme/{RUNTIME}:latest", self.registry.address())
    }

    /// The folder of the program.
    pub(super) fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// The folder of a program that shares the engine and nothing else.
    pub(super) fn other_state(&self) -> String {
        self.folder.join("other-state").display().to_string()
    }

    /// A folder for what a case needs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the images are kept.
    pub(super) fn images(&self) -> PathBuf {
        self.folder.join("images")
    }

    /// The program with these arguments, ready to run on this host.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(&self.binary);
        command
            .env_clear()
            .env("DOCKER_HOST", self.host())
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &self.folder)
            .args(["--runtimes", RUNTIME])
            .arg("--image")
            .arg(format!("{}/acme/{{runtime}}:latest", self.passage.address()))
            .args(["--settle", "300ms", "--timeout", "60s", "--state-dir"])
            .arg(self.state())
            .args(arguments);
        command
    }

    /// One run of the program, to its end.
    pub(super) fn refresh(&mut self, arguments: &[&str]) -> anyhow::Result<Ended> {
        let command = self.command(arguments);
        self.end(command)
    }

    /// One run of a command of the program, to its end.
    pub(super) fn end(&mut self, command: Command) -> anyhow::Result<Ended> {
        self.start(command)?.finish()
    }

    /// Starts a run of the program and does not wait for it.
    pub(super) fn begin(&mut self, arguments: &[&str]) -> anyhow::Result<Running> {
        let command = self.command(arguments);
        self.start(command)
    }

    /// Starts a run of the program that reaches the engine through this gate.
    pub(super) fn begin_through(&mut self, gate: &Gate, arguments: &[&str]) -> anyhow::Result<Running> {
        let mut command = self.command(arguments);
        command.env("DOCKER_HOST", gate.host());
        self.start(command)
    }

    /// Starts a command of the program and does not wait for it.
    pub(super) fn start(&mut self, mut command: Command) -> anyhow::Result<Running> {
        self.refreshes += 1;
        Running::start(&mut command)
    }

    /// A way to the engine that is shut at this moment of this change.
    pub(super) fn gate(&self, at: At, moment: Moment) -> anyhow::Result<Gate> {
        Gate::shut(&self.folder, &self.host(), at, moment)
    }

    /// Restarts the engine; its containers go through it as their restart policies say.
    pub(super) fn restart_engine(&mut self) -> anyhow::Result<()> {
        self.daemon = None;
        self.daemon = Some(Daemon::start(CLIENT, &self.folder.join("engine"))?);
        Ok(())
    }

    fn host(&self) -> String {
        self.daemon.as_ref().map(Daemon::host).unwrap_or_default()
    }

    /// Asks the engine by its own client.
    pub(super) fn docker(&self, arguments: &[&str]) -> anyhow::Result<String> {
        ask(&self.host(), arguments)
    }

    /// All that the engine tells of a container.
    pub(super) fn inspect(&self, name: &str) -> anyhow::Result<Value> {
        let told = self.docker(&["container", "inspect", name])?;
        let mut told: Vec<Value> = serde_json::from_str(&told)?;
        told.pop().context("the engine tells of no container")
    }

    /// Whether the engine has sent a signal to the container of this id.
    pub(super) fn was_signalled(&self, id: &str) -> anyhow::Result<bool> {
        let of = format!("container={id}");
        let events = ["events", "--since", "10m", "--until", "0s", "--filter", "event=kill", "--filter", &of];
        Ok(!self.docker(&events)?.trim().is_empty())
    }

    /// The version of the image that the workspace runs.
    pub(super) fn version(&self) -> anyhow::Result<String> {
        let told = self.inspect(WORKSPACE)?;
        let label = told["Config"]["Labels"]["version"].as_str();
        Ok(label.context("the workspace has no version")?.to_owned())
    }

    /// Waits until something holds.
    pub(super) fn until(what: &str, mut holds: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !holds()? {
            if Instant::now() > deadline {
                bail!("{what} did not come about");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// The workspace runs, once, under its name and with its data, and nothing of a replacement is left.
    pub(super) fn check_nothing_lost(&self) -> anyhow::Result<()> {
        let names = self.docker(&["ps", "--all", "--format", "{{.Names}}"])?;
        let left: Vec<_> = names.lines().filter(|name| name.starts_with("refresh-images-")).collect();
        ensure!(left.is_empty(), "left behind: {left:?}");
        let told = self.inspect(WORKSPACE).context("the workspace is lost")?;
        ensure!(told["State"]["Running"] == true, "the workspace does not run: {}", told["State"]);
        self.docker(&["exec", WORKSPACE, "/bin/ls", "/data/precious"]).context("the data is lost")?;
        Ok(())
    }
}

/// Asks the engine of this address by its own client.
fn ask(host: &str, arguments: &[&str]) -> anyhow::Result<String> {
    process::output(process::command(CLIENT).env("DOCKER_HOST", host).args(arguments))
}
