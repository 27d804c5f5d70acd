//! What the examples' packages depend on, served by the index of a run: its containers reach loopback and nothing else.

use local_index::LocalIndex;

use crate::python::{self, Python};
use crate::workspace::Workspace;

/// Projects with their versions: what the packages import, and what a standalone one is built by.
const WHEELS: [(&str, &str); 2] = [("packaging", "25.0"), ("flit_core", "3.12.0")];

/// Wheels of theirs.
pub(super) struct Dependencies(Vec<Wheel>);

struct Wheel {
    project: &'static str,
    version: &'static str,
    bytes: Vec<u8>,
}

impl Dependencies {
    /// Downloads them where they are not there yet.
    ///
    /// # Errors
    ///
    /// When pip cannot get them.
    pub(super) fn fetch(workspace: &Workspace) -> anyhow::Result<Self> {
        let python = Python::find().map_err(anyhow::Error::msg)?;
        let wheels = WHEELS.into_iter().map(|(project, version)| {
            let bytes = fs_err::read(python.wheel_of(workspace, project, version)?)?;
            Ok(Wheel { project, version, bytes })
        });
        Ok(Self(wheels.collect::<anyhow::Result<_>>()?))
    }

    /// Puts them on an index.
    pub(super) fn serve(&self, index: &LocalIndex) {
        for Wheel { project, version, bytes } in &self.0 {
            let name = python::wheel_name(project, version);
            index.publish(&project.replace('_', "-"), version, &name, bytes.clone());
        }
    }
}
