//! What the examples' packages depend on, served by the index of a run: its containers reach loopback and nothing else.

use std::path::PathBuf;

use anyhow::Context as _;
use local_index::LocalIndex;

use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;

/// Projects with their versions: what the packages import, and what a standalone one is built by.
const WHEELS: [(&str, &str); 2] = [("packaging", "25.0"), ("flit_core", "3.12.0")];

/// Wheels on this machine.
pub(super) struct Dependencies {
    folder: PathBuf,
}

impl Dependencies {
    /// Downloads them where they are not there yet.
    ///
    /// # Errors
    ///
    /// When pip cannot get them.
    pub(super) fn fetch(workspace: &Workspace) -> anyhow::Result<Self> {
        let folder = workspace.target().join("e2e").join("wheels");
        let python = Python::find().map_err(anyhow::Error::msg)?;
        for (project, version) in WHEELS {
            if folder.join(file_name(project, version)).exists() {
                continue;
            }
            process::output(
                python
                    .command()
                    .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
                    .args(["--only-binary", ":all:", "--dest"])
                    .arg(&folder)
                    .arg(format!("{project}=={version}")),
            )?;
        }
        Ok(Self { folder })
    }

    /// Puts them on an index.
    ///
    /// # Errors
    ///
    /// When what pip got is not named as wheels of these projects are.
    pub(super) fn serve(&self, index: &LocalIndex) -> anyhow::Result<()> {
        for (project, version) in WHEELS {
            let name = file_name(project, version);
            let bytes = fs_err::read(self.folder.join(&name))
                .with_context(|| format!("pip got no `{name}` for {project} {version}"))?;
            index.publish(&project.replace('_', "-"), version, &name, bytes);
        }
        Ok(())
    }
}

fn file_name(project: &str, version: &str) -> String {
    format!("{project}-{version}-py3-none-any.whl")
}
