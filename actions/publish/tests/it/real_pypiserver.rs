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
use runner::Environment;
use tempfile::TempDir;

use crate::checkout::{Checkout, Ran};
use crate::notice::nothing_was_tested;
use crate::publishing::{Stage, block_on};
use crate::python_tools::{python_tools, ran, succeeded, test_data, text};

const PYPISERVER: &str = "pypiserver==2.4.2";

/// The seconds after which the server ends by itself, whatever became of the test.
const LIFE: u32 = 240;

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

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn target(&self) -> Target {
        Target::new(TargetSettings {
            simple_url: Some(self.url("simple/").parse().unwrap()),
            upload_url: Some(self.url("").parse().unwrap()),
            user: Some("anybody".to_owned()),
            token: Some("anything".into()),
            forge: None,
        })
        .unwrap()
    }

    fn upload(&self, stage: &Stage) -> Result<Uploaded, UploadError> {
        let identity = JobIdentity::of(&Environment::default(), domain::Dialect::GitHub, Arc::new(|_| {}));
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

/// The program, the server, Python's pip and nothing of ours between them.
#[cfg(unix)]
#[test]
fn the_program_publishes_to_a_real_index_and_pip_installs_from_it() {
    let (Some(uv), Some(tools)) = (crate::uv_tool::uv(), python_tools()) else { return };
    let Some(server) = PypiServer::start("sha256") else { return };
    let (checkout, dependencies) = (Checkout::of_example(), uv.dependency_index());
    let run = || {
        let mut program = checkout.program();
        for name in ["PATH", "UV_CACHE_DIR", "UV_PYTHON_DOWNLOADS"] {
            program.env(name, uv.environment().get(name).unwrap());
        }
        program
            .args(["run", "--tag", "runtime-v1.4.0", "--out", "out", "--user", "anybody"])
            .args(["--index-url", &server.url("simple/"), "--upload-url", &server.url("")])
            .args(["--dependency-index-url", &dependencies.simple_url()])
            .env("PUBLISH_TOKEN", "anything");
        Ran::of(&program.output().unwrap()).ok()
    };
    let first = run();
    for told in ["uploaded: all\n", "serves both files", "installs from it"] {
        assert!(first.out.contains(told), "{told}: {}", first.out);
    }
    assert!(server.holds(&Release::read(&checkout.path("out/dist")).unwrap()));
    assert!(run().out.contains("uploaded: none\n"));
    let requirement = first.out.lines().find_map(|line| line.strip_prefix("requirement: ")).unwrap();
    checkout.write("requirements.lock", requirement);
    let environment = checkout.path("environment");
    succeeded(tools.python("venv").arg("--without-pip").arg(&environment));
    let python = environment.join("bin/python");
    let mut pip = tools.python("pip");
    pip.args(["--isolated", "--python"]).arg(&python).args([
        "install",
        "--quiet",
        "--no-deps",
        "--no-cache-dir",
    ]);
    pip.args(["--require-hashes", "--index-url", &server.url("simple/"), "--requirement"]);
    succeeded(pip.arg(checkout.path("requirements.lock")));
    let script = "from importlib.metadata import version; import acme_runtime.config; print(version('acme-workspace-runtime'))";
    let said = succeeded(Command::new(&python).args(["-I", "-c", script]).current_dir("/"));
    assert_eq!(text(&said), "1.4.0\n");
}
