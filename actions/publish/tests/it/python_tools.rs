//! Python's own packaging tools, from PyPI, in a virtual environment that is kept.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::notice::nothing_was_tested;

/// What is installed: pip itself too, since an old one knows nothing of what is new in packaging.
const REQUIREMENTS: [&str; 6] =
    ["pip==26.1", "build==1.6.1", "twine==7.0.0", "check-wheel-contents==0.6.3", "packaging==26.3", BACKEND];

/// What pyproject.toml of a generated package asks for.
const BACKEND: &str = "flit_core==4.2.0";

/// A Python with the tools, and wheels that packages of the tests depend on.
pub(crate) struct PythonTools {
    folder: PathBuf,
}

/// The tools, made when they are first needed; nothing, after a notice, where they cannot be had.
pub(crate) fn python_tools() -> Option<&'static PythonTools> {
    static TOOLS: OnceLock<Result<PythonTools, String>> = OnceLock::new();
    match TOOLS.get_or_init(PythonTools::prepare) {
        Ok(tools) => Some(tools),
        Err(why) => {
            nothing_was_tested(&format!("Python's packaging tools could not be had: {why}"));
            None
        }
    }
}

impl PythonTools {
    fn prepare() -> Result<Self, String> {
        let name = format!("python-tools-{}", REQUIREMENTS.join("-").replace("==", "_"));
        let folder = test_data().join(name);
        let tools = Self { folder };
        if tools.folder.join("complete").exists() {
            return Ok(tools);
        }
        // made under another name and then renamed, so that an interrupted or a second run does no harm
        fs_err::create_dir_all(test_data()).map_err(|error| error.to_string())?;
        let scratch = tempfile::tempdir_in(test_data()).map_err(|error| error.to_string())?;
        let fresh = Self { folder: scratch.path().join("fresh") };
        ran(Command::new("python3").args(["-m", "venv"]).arg(&fresh.folder))?;
        ran(fresh
            .python("pip")
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(REQUIREMENTS))?;
        ran(fresh.python("pip").args(["install", "--quiet", "--target"]).arg(fresh.backend()).arg(BACKEND))?;
        let wheels = fresh.wheels();
        ran(fresh.python("pip").args(["download", "--quiet", "--dest"]).arg(wheels).arg("packaging==26.3"))?;
        fs_err::write(fresh.folder.join("complete"), "").map_err(|error| error.to_string())?;
        match fs_err::rename(&fresh.folder, &tools.folder) {
            Err(_) if tools.folder.join("complete").exists() => Ok(tools),
            renamed => renamed.map(|()| tools).map_err(|error| error.to_string()),
        }
    }

    /// Wheels that an installation without an index finds.
    fn wheels(&self) -> PathBuf {
        self.folder.join("wheels")
    }

    /// A folder with the build backend and nothing else.
    fn backend(&self) -> PathBuf {
        self.folder.join("backend")
    }

    /// `python -m module`. The scripts of the environment name the folder that it was made in, and are not used.
    pub(crate) fn python(&self, module: &str) -> Command {
        let mut command = Command::new(self.folder.join("bin/python"));
        command
            .args(["-m", module])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        command
    }

    /// Runs a script by the interpreter that has the tools.
    pub(crate) fn script(&self, script: &str, arguments: &[&Path]) -> String {
        let mut command = Command::new(self.folder.join("bin/python"));
        text(&succeeded(command.arg("-c").arg(script).args(arguments)))
    }

    /// A virtual environment in `folder` with this archive installed in it, without any index; its interpreter.
    pub(crate) fn installed(&self, archive: &Path, folder: &Path) -> PathBuf {
        succeeded(self.python("venv").arg("--without-pip").arg(folder));
        let python = folder.join("bin/python");
        let mut pip = self.python("pip");
        pip.arg("--python").arg(&python).args(["install", "--quiet", "--no-index", "--no-build-isolation"]);
        // an sdist is built by a backend that the environment does not have, the tools do
        pip.env("PYTHONPATH", self.backend());
        succeeded(pip.arg("--find-links").arg(self.wheels()).arg(archive));
        python
    }
}

pub(crate) fn test_data() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has no runner to hand it its environment")]
    let folder = std::env::var_os("RUNTIME_ACTIONS_TEST_DATA");
    folder.map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-data"), PathBuf::from)
}

pub(crate) fn ran(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{command:?} said {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

/// What a command did that must succeed.
#[track_caller]
pub(crate) fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}\n{}{}", said(&output.stdout), said(&output.stderr));
    output
}

/// What a command printed.
pub(crate) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}
