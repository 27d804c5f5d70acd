//! Debian's `docker-registry`.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::process;

const PATIENCE: Duration = Duration::from_secs(30);

/// `me:pass`, as `htpasswd -B` writes it.
const PASSWORDS: &str = "me:$2y$04$poH/fzvPSR53BuU15tsybOjvSa1UgLvGU2PsEKvT7agwJauucpsdO\n";

/// A running registry; it ends with this value.
#[derive(Debug)]
pub(crate) struct LocalRegistry {
    process: Child,
    address: SocketAddr,
}

/// Whom it lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Everybody.
    Open,
    /// `me` with the password `pass`.
    Locked,
}

impl LocalRegistry {
    /// Starts one on a free port that keeps its images in `images`, and waits until it answers.
    pub(crate) fn start(folder: &Path, images: &Path, door: Door) -> anyhow::Result<Self> {
        fs_err::create_dir_all(folder)?;
        let passwords = folder.join("passwords");
        fs_err::write(&passwords, PASSWORDS)?;
        // Free a moment ago: the registry can only be told a number.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let open = format!(
            "version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: '{}'}}}}\n\
             http: {{addr: '{address}', relativeurls: true}}\n",
            images.display()
        );
        let config = match door {
            Door::Open => open,
            Door::Locked => {
                format!("{open}auth: {{htpasswd: {{realm: here, path: '{}'}}}}\n", passwords.display())
            }
        };
        let path = folder.join("config.yml");
        fs_err::write(&path, config)?;
        let log = fs_err::File::create(folder.join("log"))?.into_file();
        let process = process::command("docker-registry")
            .arg("serve")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("could not start `docker-registry`")?;
        let mut registry = Self { process, address };
        registry.wait_until_it_answers()?;
        Ok(registry)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn wait_until_it_answers(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.process.try_wait()? {
                bail!("`docker-registry` ended with {status}");
            }
            if Instant::now() > deadline {
                bail!("`docker-registry` does not answer");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for LocalRegistry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
