//! `cargo xtask bench`: what the shipped binaries cost, measured from outside.

mod auto_tag;
mod measure;

pub(crate) use measure::Measure;

use crate::workspace::Workspace;

/// Measures everything and prints it beside what is promised.
///
/// # Errors
///
/// When a measured program fails, or a promise is not kept.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    auto_tag::run(workspace)
}
