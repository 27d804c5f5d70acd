//! `cargo xtask bench`: what the shipped binaries cost, measured from outside.

mod auto_tag;
mod measure;
mod publish;
mod workspaces;

pub(crate) use measure::Measure;

use crate::workspace::Workspace;

/// Measures everything and prints it beside what is promised.
///
/// # Errors
///
/// When a measured program fails, or a promise is not kept.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    auto_tag::run(workspace)?;
    publish::run(workspace)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of programs are far below what a double holds")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
