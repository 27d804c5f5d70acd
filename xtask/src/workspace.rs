//! Where things are: the checkout and cargo's build folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::process;

/// The checkout this tool was started in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Workspace {
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows its own configuration best (`CARGO_TARGET_DIR`, `config.toml`).
    pub(crate) fn find() -> anyhow::Result<Self> {
        let metadata = process::output(process::command("cargo").args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        serde_json::from_str(&metadata).context("could not read the answer of `cargo metadata`")
    }

    /// The folder of the root `Cargo.toml`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of everything built, cached or downloaded.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }
}
