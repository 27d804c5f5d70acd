//! [actionlint](https://github.com/rhysd/actionlint): what a workflow may say, with the types of its expressions.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::staged;
use crate::process;
use crate::workspace::Workspace;

/// Where Go's registry of modules has it.
const MODULE: &str = "github.com/rhysd/actionlint/cmd/actionlint";
const VERSION: &str = "v1.7.12";

/// The linter on this machine.
pub(super) struct Actionlint {
    program: PathBuf,
}

impl Actionlint {
    /// Compiles it from its module, which needs Go; once for a version.
    pub(super) fn install(workspace: &Workspace) -> anyhow::Result<Self> {
        let folder = workspace.target().join("go").join(format!("actionlint@{VERSION}"));
        let program = folder.join("actionlint");
        if !program.exists() {
            if !process::is_installed("go") {
                bail!("Go is needed to compile it: see https://go.dev/doc/install");
            }
            println!("installing actionlint {VERSION}");
            process::output(
                process::command("go")
                    .args(["install", &format!("{MODULE}@{VERSION}")])
                    // Where there is no such folder yet, go makes it; it fills it when all is compiled.
                    .env("GOBIN", &folder)
                    .env("GOFLAGS", "-trimpath"),
            )?;
        }
        Ok(Self { program })
    }

    /// Whether it finds nothing; it prints what it does.
    pub(super) fn is_content(&self, root: &Path, files: &[PathBuf]) -> anyhow::Result<bool> {
        let copy = staged::stage(root, files)?;
        let status = process::command(&self.program)
            // What else it would run is not pinned: findings would depend on the machine.
            .args(["-no-color", "-oneline", "-shellcheck=", "-pyflakes="])
            .args(staged::workflows(files))
            .current_dir(copy.path())
            .status()
            .context("could not start actionlint")?;
        match status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => bail!("actionlint ended with {status}"),
        }
    }
}
