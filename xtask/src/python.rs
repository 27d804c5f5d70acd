//! The Python on this machine, and the packages our tests borrow from PyPI.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::process;
use crate::workspace::Workspace;

/// The oldest Python the tests run with.
const OLDEST: (u32, u32) = (3, 11);

/// Names a Python may have, the plainest first.
const NAMES: [&str; 6] = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];

/// The uv that packages are tried with, as a requirement.
pub(crate) const UV: &str = "uv==0.13.8";

/// A Python that is new enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Python {
    program: &'static str,
}

impl Python {
    /// The first Python on the path that is new enough.
    ///
    /// # Errors
    ///
    /// One line that says what is needed and what was found instead.
    pub(crate) fn find() -> Result<Self, String> {
        let mut too_old = Vec::new();
        for program in NAMES {
            match version_of(program) {
                Some(version) if version >= OLDEST => return Ok(Self { program }),
                Some((major, minor)) => too_old.push(format!("`{program}` is {major}.{minor}")),
                None => {}
            }
        }
        let found = if too_old.is_empty() { "none was found".to_owned() } else { too_old.join(", ") };
        Err(format!("Python {}.{} or newer is needed: {found}", OLDEST.0, OLDEST.1))
    }

    /// A command of this Python.
    pub(crate) fn command(self) -> Command {
        process::command(self.program)
    }

    /// The folder of programs of a virtual environment that holds exactly this requirement.
    ///
    /// One environment a requirement, kept in cargo's build folder: packages cannot disagree with each other,
    /// and a second run downloads nothing.
    ///
    /// # Errors
    ///
    /// When the environment cannot be made, or pip cannot get the package.
    pub(crate) fn programs_of(self, workspace: &Workspace, requirement: &str) -> anyhow::Result<PathBuf> {
        let folder = workspace.target().join("python").join(requirement);
        let complete = folder.join("complete");
        if !complete.exists() {
            process::output(self.command().args(["-m", "venv", "--clear"]).arg(&folder))
                .context("could not make a virtual environment")?;
            process::output(process::command(folder.join("bin/python")).args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                requirement,
            ]))?;
            fs_err::write(&complete, "")?;
        }
        Ok(folder.join("bin"))
    }

    /// The pure wheel of a project, downloaded where it is not there yet.
    ///
    /// # Errors
    ///
    /// When pip cannot get it, or it is named otherwise than such a wheel is.
    pub(crate) fn wheel_of(
        &self,
        workspace: &Workspace,
        project: &str,
        version: &str,
    ) -> anyhow::Result<PathBuf> {
        let folder = workspace.target().join("e2e").join("wheels");
        let wheel = folder.join(wheel_name(project, version));
        if !wheel.exists() {
            process::output(
                self.command()
                    .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
                    .args(["--only-binary", ":all:", "--dest"])
                    .arg(&folder)
                    .arg(format!("{project}=={version}")),
            )?;
        }
        ensure!(wheel.exists(), "pip got no `{}`", wheel.display());
        Ok(wheel)
    }

    /// The wheels of these requirements and of all that they need on this machine, downloaded where they are not there yet.
    ///
    /// # Errors
    ///
    /// When pip cannot get one of them as a wheel.
    pub(crate) fn wheels_for(
        self,
        workspace: &Workspace,
        requirements: &[&str],
    ) -> anyhow::Result<Vec<PathBuf>> {
        let folder = workspace.target().join("e2e").join("wheels").join(requirements.join("+"));
        if !folder.exists() {
            let part = folder.with_added_extension("part");
            if part.exists() {
                fs_err::remove_dir_all(&part)?;
            }
            process::output(
                self.command()
                    .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"])
                    .args(["--only-binary", ":all:", "--dest"])
                    .arg(&part)
                    .args(requirements),
            )?;
            fs_err::rename(part, &folder)?;
        }
        let wheels = fs_err::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        wheels.collect()
    }
}

/// The file name of a project's pure wheel.
fn wheel_name(project: &str, version: &str) -> String {
    format!("{project}-{version}-py3-none-any.whl")
}

fn version_of(program: &str) -> Option<(u32, u32)> {
    let script = "import sys; print(*sys.version_info[:2])";
    let answer = process::output(process::command(program).args(["-c", script])).ok()?;
    let (major, minor) = answer.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
