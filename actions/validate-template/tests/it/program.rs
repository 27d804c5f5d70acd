//! The program, started as a person or as a runner starts it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A `config.yaml` that keeps the contract.
pub(crate) const CONFIG: &str = "name: Researcher\nruntime: langgraph\ntemplate_schema_version: 1\n";

/// A workflow that keeps the contract.
pub(crate) const CI: &str =
    "jobs:\n  v:\n    uses: molecule-ai/runtime-actions/.github/workflows/validate-template.yml@v1\n";

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.exit, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        assert!(self.log().contains(part), "`{part}` is missing:\n{}", self.log());
        self
    }

    pub(crate) fn log(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// The root of the checkout.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Starts the program in a folder, as on a laptop.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_with(folder, arguments, &[])
}

/// Starts the program in a folder, with these variables and no others.
pub(crate) fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_validate-template"));
    command.args(arguments).current_dir(folder).env_clear().envs(variables.iter().copied());
    #[expect(clippy::disallowed_methods, reason = "the programs that ours starts are found by it")]
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Without its file a runner would be handed the outputs in its log.
    let outputs = tempfile::NamedTempFile::new().unwrap();
    if !variables.iter().any(|(name, _)| *name == "GITHUB_OUTPUT") && !variables.is_empty() {
        command.env("GITHUB_OUTPUT", outputs.path());
    }
    if !variables.iter().any(|(name, _)| *name == "PATH") {
        command.env("PATH", path);
    }
    let output = command.output().unwrap();
    Ran {
        exit: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What GitHub's runner sets.
pub(crate) const GITHUB: &[(&str, &str)] = &[("GITHUB_ACTIONS", "true"), ("CI", "true")];
/// What Gitea's runner sets.
pub(crate) const GITEA: &[(&str, &str)] =
    &[("GITHUB_ACTIONS", "true"), ("GITEA_ACTIONS", "true"), ("CI", "true")];

/// A folder with these files.
pub(crate) fn template(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

/// Writes files into a folder.
pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }
}

/// The files of `examples/templates/good`, to be broken.
pub(crate) fn good() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&checkout().join("examples/templates/good"), folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}
