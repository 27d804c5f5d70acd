//! A Docker engine of our own, for machines on which none runs.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::process;

/// How long the engine may take to answer, and to end when asked to.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `dockerd`, private to us: it listens on a socket in our own folder, has no bridge, touches no firewall
/// rule, and ends with this value.
#[derive(Debug)]
pub(crate) struct Daemon {
    process: Child,
    socket: PathBuf,
}

impl Daemon {
    /// Starts it with everything it keeps below `folder`, and waits until it answers.
    ///
    /// # Errors
    ///
    /// When it ends early or does not answer: with the last lines of its log.
    pub(crate) fn start(client: &str, folder: &Path) -> anyhow::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let socket = folder.join("docker.sock");
        let log_path = folder.join("dockerd.log");
        let log = fs_err::File::create(&log_path)?.into_file();
        let process = leaving_nothing("dockerd")
            // The plain file system: an overlay on whatever this machine has may not be allowed.
            .args(["--storage-driver", "vfs", "--iptables=false", "--bridge", "none"])
            .arg("--data-root")
            .arg(folder.join("data"))
            .arg("--exec-root")
            .arg(folder.join("exec"))
            .arg("--pidfile")
            .arg(folder.join("dockerd.pid"))
            .arg("--host")
            .arg(format!("unix://{}", socket.display()))
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("could not start `dockerd`")?;
        let mut daemon = Self { process, socket };
        daemon.wait_until_it_answers(client, &log_path)?;
        Ok(daemon)
    }

    /// Where it listens, as `DOCKER_HOST` wants it.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.socket.display())
    }

    fn wait_until_it_answers(&mut self, client: &str, log: &Path) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !answers(process::command(client).env("DOCKER_HOST", self.host())) {
            if let Some(status) = self.process.try_wait()? {
                bail!("`dockerd` ended with {status}: {}", last_lines(log));
            }
            if Instant::now() > deadline {
                bail!("`dockerd` does not answer: {}", last_lines(log));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Daemon {
    /// Asks it to end, which ends its containers and its containerd too; insists when it does not.
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(Some(_))) {
            return;
        }
        let asked = process::command("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let ended = asked.is_ok() && matches!(process::wait(&mut self.process, PATIENCE), Ok(Some(_)));
        if !ended {
            eprintln!("warning: `dockerd` had to be killed");
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// Whether an engine answers to this client.
pub(crate) fn answers(client: &mut Command) -> bool {
    let asked = client.arg("info").stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// A command that leaves nothing behind, even when we are killed and cannot stop it ourselves: it gets SIGTERM when
/// we are gone, and its mounts go with it.
fn leaving_nothing(program: &str) -> Command {
    let mut words = Vec::new();
    if process::is_installed("setpriv") {
        words.extend(["setpriv", "--pdeathsig", "TERM"]);
    }
    if process::is_installed("unshare") {
        words.extend(["unshare", "--mount"]);
    }
    words.push(program);
    let mut command = process::command(words[0]);
    command.args(&words[1..]);
    command
}

fn last_lines(log: &Path) -> String {
    let text = fs_err::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join(" / ")
}
