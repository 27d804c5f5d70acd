//! pip, uv and twine, from PyPI, in a virtual environment that is kept.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const REQUIREMENTS: [&str; 3] = ["pip==26.1", "twine==7.0.0", "uv==0.13.8"];

/// A Python with the tools.
pub(crate) struct Tools {
    folder: PathBuf,
}

/// The tools, made when they are first needed; nothing, after a notice, where they cannot be had.
pub(crate) fn tools() -> Option<&'static Tools> {
    static TOOLS: OnceLock<Result<Tools, String>> = OnceLock::new();
    match TOOLS.get_or_init(Tools::prepare) {
        Ok(tools) => Some(tools),
        Err(why) => {
            // not by a macro: the test harness would keep that
            let notice =
                format!("\nNOTICE: NOTHING WAS TESTED: pip, uv and twine could not be had: {why}\n\n");
            std::io::stderr().write_all(notice.as_bytes()).unwrap();
            None
        }
    }
}

impl Tools {
    fn prepare() -> Result<Self, String> {
        let folder = test_data().join(format!("index-tools-{}", REQUIREMENTS.join("-").replace("==", "_")));
        let tools = Self { folder };
        if tools.folder.join("complete").exists() {
            return Ok(tools);
        }
        // made under another name and then renamed, so that an interrupted or a second run does no harm
        fs_err::create_dir_all(test_data()).map_err(|error| error.to_string())?;
        let scratch = tempfile::tempdir_in(test_data()).map_err(|error| error.to_string())?;
        let fresh = Self { folder: scratch.path().join("fresh") };
        said(Command::new("python3").args(["-m", "venv"]).arg(&fresh.folder))?;
        said(fresh.python("pip").args(["install", "--quiet"]).args(REQUIREMENTS))?;
        fs_err::write(fresh.folder.join("complete"), "").map_err(|error| error.to_string())?;
        if fs_err::rename(&fresh.folder, &tools.folder).is_err() && !tools.folder.join("complete").exists() {
            return Err(format!("`{}` is in the way", tools.folder.display()));
        }
        Ok(tools)
    }

    /// `python -m module`. The scripts of the environment name the folder that it was made in, and are not used.
    pub(crate) fn python(&self, module: &str) -> Command {
        let mut command = Command::new(self.folder.join("bin/python"));
        command
            .args(["-m", module])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .env("NO_COLOR", "1")
            // the index is on this machine, wherever the rest of the world is
            .env("NO_PROXY", "127.0.0.1");
        command
    }
}

fn test_data() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test has no runner to hand it its environment")]
    let folder = std::env::var_os("RUNTIME_ACTIONS_TEST_DATA");
    folder.map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-data"), PathBuf::from)
}

/// What a command said: on success, or else instead.
pub(crate) fn said(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    if output.status.success() { Ok(said) } else { Err(said) }
}
