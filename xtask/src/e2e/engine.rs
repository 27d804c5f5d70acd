//! The Docker engine that images are built and containers run on.

use std::path::Path;
use std::process::Command;

use super::absent::Absent;
use super::daemon::{self, Daemon};
use super::debian;
use crate::process;

/// Clients to try: the one on the path may be newer than the machine's engine and lack `BuildKit`, while Debian's has
/// it built in.
const CLIENTS: [&str; 2] = ["docker", "/usr/bin/docker"];

/// An engine that answers, borrowed from the machine or our own.
#[derive(Debug)]
pub(crate) struct Engine {
    client: &'static str,
    own: Option<Daemon>,
}

impl Engine {
    /// Takes the engine that runs on this machine, or else starts one that keeps everything below `folder`.
    pub(crate) fn find_or_start(folder: &Path) -> Result<Self, Absent> {
        debian::ensure("docker", "docker.io")?;
        let client = CLIENTS.into_iter().find(|client| speaks_buildkit(client)).ok_or_else(|| {
            Absent::new("no `docker` client here can use BuildKit: install its plugin `buildx`")
        })?;
        if daemon::answers(&mut process::command(client)) {
            return Ok(Self { client, own: None });
        }
        debian::ensure("dockerd", "docker.io")?;
        if !debian::is_root() {
            return Err(Absent::new("no Docker engine answers, and only root could start one"));
        }
        let own = Daemon::start(client, folder).map_err(|error| {
            Absent::because("no Docker engine answers, and none could be started", &error)
        })?;
        Ok(Self { client, own: Some(own) })
    }

    /// The client, ready to be told what to do.
    pub(crate) fn docker(&self) -> Command {
        let mut command = process::command(self.client);
        command.env("DOCKER_BUILDKIT", "1").envs(self.environment());
        command
    }

    /// The client's name or path.
    pub(crate) fn client(&self) -> &'static str {
        self.client
    }

    /// What a program must find in its environment to reach this engine.
    pub(crate) fn environment(&self) -> Option<(&'static str, String)> {
        self.own.as_ref().map(|daemon| ("DOCKER_HOST", daemon.host()))
    }

    /// For messages: whose engine it is.
    pub(crate) fn describe(&self) -> &'static str {
        if self.own.is_some() { "an engine started for this run" } else { "the engine of this machine" }
    }
}

/// Whether `docker build` of this client builds only the stages that are needed: built in before version 23,
/// a plugin since.
fn speaks_buildkit(client: &str) -> bool {
    let Ok(version) = process::output(process::command(client).arg("--version")) else { return false };
    let major = version.trim_start_matches(|c: char| !c.is_ascii_digit()).split('.').next();
    let built_in = major.and_then(|number| number.parse().ok()).is_some_and(|number: u32| number < 23);
    built_in || process::output(process::command(client).args(["buildx", "version"])).is_ok()
}
