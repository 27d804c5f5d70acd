//! A real index: pypiserver, on loopback.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use publish::confirm::{Patience, confirm};
use publish::distribution::Release;
use publish::upload::{Extent, JobIdentity, Target, TargetSettings, UploadError, Uploaded, upload};
use runner::{Environment, ForgeKind};
use tempfile::TempDir;

use crate::notice::nothing_was_tested;
use crate::publishing::{Stage, block_on};
use crate::python_tools::{ran, test_data};

const PYPISERVER: &str = "pypiserver==2.4.2";

/// The seconds after which the server ends by itself, whatever became of the test.
const LIFE: u32 = 60;

/// An environment with pypiserver in it; nothing, after a notice, where it cannot be had.
fn python() -> Option<&'static PathBuf> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = PYTHON.get_or_init(|| {
        let kept = test_data().join(PYPISERVER.replace("==", "_"));
        let python = kept.join("bin/python");
        if kept.join("complete").exists() {
            return Ok(python);
        }
        // made under another name and then renamed, so that an interrupted or a second run does no harm
        fs_err::create_dir_all(test_data()).map_err(|error| error.to_string())?;
        let scratch = tempfile::tempdir_in(test_data()).map_err(|error| error.to_string())?;
        let fresh = scratch.path().join("fresh");
        ran(Command::new("python3").args(["-m", "venv"]).arg(&fresh))?;
        let mut pip = Command::new(fresh.join("bin/python"));
        ran(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PYPISERVER]))?;
        fs_err::write(fresh.join("complete"), "").map_err(|error| error.to_string())?;
        match fs_err::rename(&fresh, &kept) {
            Err(_) if kept.join("complete").exists() => Ok(python),
            renamed => renamed.map(|()| python).map_err(|error| error.to_string()),
        }
    });
    match made {
        Ok(python) => Some(python),
        Err(why) => {
            nothing_was_tested(&format!("pypiserver could not be had: {why}"));
            None
        }
    }
}

/// A running pypiserver with a folder of its own; dropping it ends it.
struct PypiServer {
    process: Child,
    port: u16,
    packages: TempDir,
}

impl PypiServer {
    /// Starts one whose pages promise digests of this kind.
    fn start(digest: &str) -> Option<Self> {
        let python = python()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let packages = tempfile::tempdir().unwrap();
        let script =
            format!("import signal; signal.alarm({LIFE}); from pypiserver.__main__ import main; main()");
        let process = Command::new(python)
            .args(["-c", &script, "run", "--interface", "127.0.0.1", "--port", &port.to_string()])
            .args(["--passwords", ".", "--authenticate", ".", "--disable-fallback", "--hash-algo", digest])
            .arg(packages.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port, packages };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "pypiserver does not listen");
            thread::sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn target(&self) -> Target {
        let base = format!("http://127.0.0.1:{}", self.port);
        Target::new(TargetSettings {
            simple_url: Some(format!("{base}/simple/").parse().unwrap()),
            upload_url: Some(format!("{base}/").parse().unwrap()),
            user: Some("anybody".to_owned()),
            token: Some("anything".into()),
            forge: None,
        })
        .unwrap()
    }

    fn upload(&self, stage: &Stage) -> Result<Uploaded, UploadError> {
        let identity = JobIdentity::of(&Environment::default(), ForgeKind::GitHub, Arc::new(|_| {}));
        block_on(upload(&stage.client(), &self.target(), &identity, &stage.release))
    }

    /// Whether it holds the release and nothing else.
    fn holds(&self, release: &Release) -> bool {
        fs_err::read_dir(self.packages.path()).unwrap().count() == 2
            && release.distributions().iter().all(|one| {
                let held = fs_err::read(self.packages.path().join(one.file_name()));
                held.is_ok_and(|held| held == one.bytes()[..])
            })
    }
}

impl Drop for PypiServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_real_index_takes_a_release_once_and_serves_it() {
    // with `md5` its pages promise no sha256, and what they serve is fetched to be compared
    for digest in ["sha256", "md5"] {
        let Some(server) = PypiServer::start(digest) else { return };
        let stage = Stage::new(local_index::Dialect::PyPI);
        assert_eq!(server.upload(&stage).unwrap().extent, Extent::All);
        assert!(server.holds(&stage.release));
        assert_eq!(server.upload(&stage).unwrap().extent, Extent::None);
        let confirmed =
            block_on(confirm(&stage.client(), &server.target(), &stage.release, Patience::default()));
        assert_eq!(confirmed.unwrap().readings, 1);
        let sdist = stage.release.sdist().file_name();
        fs_err::remove_file(server.packages.path().join(sdist)).unwrap();
        assert_eq!(server.upload(&stage).unwrap().sent, [sdist]);
        assert!(server.holds(&stage.release), "{digest}");
        fs_err::write(server.packages.path().join(sdist), "other").unwrap();
        let error = server.upload(&stage).unwrap_err();
        assert!(matches!(error, UploadError::OtherBytes { .. }), "{digest}: {error}");
    }
}
