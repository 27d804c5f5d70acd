//! [zizmor](https://docs.zizmor.sh): what a workflow had better not do.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;

/// The Python package that carries the program.
const PACKAGE: &str = "zizmor==1.32.0";

/// What it asks of us.
const CONFIGURATION: &str = include_str!("../../../.github/zizmor.yml");

/// The linter on this machine.
pub(super) struct Zizmor {
    program: PathBuf,
}

impl Zizmor {
    /// Takes it from `PyPI`.
    pub(super) fn install(workspace: &Workspace) -> anyhow::Result<Self> {
        let python = Python::find().map_err(|missing| anyhow!(missing))?;
        let programs = python.programs_of(workspace, PACKAGE)?;
        Ok(Self { program: programs.join("zizmor") })
    }

    /// Whether it finds nothing; it prints what it does.
    pub(super) fn is_content(&self, root: &Path, files: &[PathBuf]) -> anyhow::Result<bool> {
        let scratch = tempfile::tempdir()?;
        let configuration = scratch.path().join("zizmor.yml");
        fs_err::write(&configuration, CONFIGURATION)?;
        let status = process::command(&self.program)
            // The audits that ask GitHub would make the verdict depend on the day.
            .args([
                "--offline",
                "--no-progress",
                "--quiet",
                "--color=never",
                "--strict-collection",
                "--config",
            ])
            .arg(&configuration)
            .args(files)
            .current_dir(root)
            .status()
            .context("could not start zizmor")?;
        match status.code() {
            Some(0) => Ok(true),
            // 1: a file that it cannot read; 11 to 14: findings, by the gravest. It has said so.
            Some(1 | 11..=14) => Ok(false),
            _ => bail!("zizmor ended with {status}"),
        }
    }
}
