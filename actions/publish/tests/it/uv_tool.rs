//! The real uv, from PyPI, and an index on loopback with what builds and installations of the tests need.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use local_index::{Dialect, LocalIndex};
use publish::process::ChildEnvironment;
use publish::smoke::{Builds, Surroundings};
use publish::uv::IndexAccess;

use crate::notice::nothing_was_tested;
use crate::python_tools::{ran, test_data};

const UV: &str = "uv==0.13.8";

/// What the index has: each comes with what it depends on.
const DISTRIBUTIONS: [&str; 4] =
    ["packaging==26.3", "flit_core==4.2.0", "setuptools==84.2.1", "setuptools-scm==10.3.4"];

/// A folder with uv in it, and wheels.
pub(crate) struct UvTool {
    folder: PathBuf,
}

/// The tool, made when it is first needed; nothing, after a notice, where it cannot be had.
pub(crate) fn uv() -> Option<&'static UvTool> {
    static TOOL: OnceLock<Result<UvTool, String>> = OnceLock::new();
    match TOOL.get_or_init(UvTool::prepare) {
        Ok(tool) => Some(tool),
        Err(why) => {
            nothing_was_tested(&format!("uv could not be had: {why}"));
            None
        }
    }
}

impl UvTool {
    fn prepare() -> Result<Self, String> {
        let name = format!("uv-{}-{}", UV, DISTRIBUTIONS.join("-")).replace("==", "_");
        let tool = Self { folder: test_data().join(name) };
        if tool.folder.join("complete").exists() {
            return Ok(tool);
        }
        // made under another name and then renamed, so that an interrupted or a second run does no harm
        fs_err::create_dir_all(test_data()).map_err(|error| error.to_string())?;
        let scratch = tempfile::tempdir_in(test_data()).map_err(|error| error.to_string())?;
        let fresh = scratch.path().join("fresh");
        ran(Command::new("python3").args(["-m", "venv"]).arg(&fresh))?;
        let pip = || {
            let mut python = Command::new(fresh.join("bin/python"));
            python.args(["-m", "pip", "--quiet", "--disable-pip-version-check"]);
            python
        };
        ran(pip().args(["install", UV]))?;
        ran(pip()
            .args(["download", "--only-binary", ":all:", "--dest"])
            .arg(fresh.join("wheels"))
            .args(DISTRIBUTIONS))?;
        fs_err::write(fresh.join("complete"), "").map_err(|error| error.to_string())?;
        match fs_err::rename(&fresh, &tool.folder) {
            Err(_) if tool.folder.join("complete").exists() => Ok(tool),
            renamed => renamed.map(|()| tool).map_err(|error| error.to_string()),
        }
    }

    /// An index with the distributions.
    pub(crate) fn dependency_index(&self) -> LocalIndex {
        let index = LocalIndex::start(Dialect::PyPI);
        for entry in fs_err::read_dir(self.folder.join("wheels")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let mut parts = name.split('-');
            let (project, version) = (parts.next().unwrap(), parts.next().unwrap());
            index.publish(&project.replace('_', "-"), version, name, fs_err::read(&path).unwrap());
        }
        index
    }

    /// The machine's environment, with this uv and a cache of its own.
    pub(crate) fn environment(&self) -> ChildEnvironment {
        let environment = ChildEnvironment::of(&runner::Environment::of_process());
        let path = environment.get("PATH").unwrap_or_default().to_owned();
        let path = [self.folder.join("bin")].into_iter().chain(std::env::split_paths(&path));
        environment
            .with("PATH", std::env::join_paths(path).unwrap())
            .with("UV_CACHE_DIR", test_data().join("uv-cache"))
            .with("UV_PYTHON_DOWNLOADS", "never")
    }

    /// This machine, with dependencies from that index.
    pub(crate) fn surroundings(&self, dependencies: &LocalIndex) -> Surroundings {
        Surroundings {
            environment: self.environment(),
            python: None,
            dependency_index: access(dependencies),
            builds: Builds::Allowed,
        }
    }
}

/// How an index is reached that lets everybody in.
pub(crate) fn access(index: &LocalIndex) -> IndexAccess {
    IndexAccess::new(index.simple_url().parse().unwrap())
}

/// The names of projects that an index was asked for.
pub(crate) fn asked(index: &LocalIndex) -> Vec<String> {
    let simple = index.simple_url();
    let path = simple.strip_prefix(&index.url()).unwrap().trim_end_matches('/').to_owned();
    let mut names: Vec<_> = index
        .exchanges()
        .iter()
        .filter_map(|exchange| {
            let page = exchange.target.strip_prefix(&path)?.trim_matches('/');
            (!page.is_empty() && !page.contains('/')).then(|| page.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}
