//! What the examples' packages depend on and are checked with, served by the index of a run: its containers reach
//! loopback and nothing else.

use anyhow::Context as _;
use local_index::LocalIndex;

use crate::python::Python;
use crate::workspace::Workspace;

/// What the packages import, what a standalone one is built by, and what its CI tests and lints it with.
const REQUIREMENTS: [&str; 4] = ["packaging==25.0", "flit_core==3.12.0", "pytest==9.2.0", "ruff==0.17.6"];

/// Wheels of theirs, and of what they need themselves.
pub(super) struct Dependencies(Vec<Wheel>);

struct Wheel {
    name: String,
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
        let wheels = python.wheels_for(workspace, &REQUIREMENTS)?.into_iter().map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).context("a wheel's name is text")?;
            Ok(Wheel { name: name.to_owned(), bytes: fs_err::read(&path)? })
        });
        Ok(Self(wheels.collect::<anyhow::Result<_>>()?))
    }

    /// Puts them on an index.
    pub(super) fn serve(&self, index: &LocalIndex) {
        for Wheel { name, bytes } in &self.0 {
            let mut parts = name.splitn(3, '-');
            let (project, version) = parts.next().zip(parts.next()).expect("pip names what it downloads");
            index.publish(&project.replace('_', "-"), version, name, bytes.clone());
        }
    }
}
