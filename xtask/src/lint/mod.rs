//! `cargo xtask lint`: every workflow and action that this repository runs or hands out is held to actionlint and
//! zizmor.
//!
//! actionlint knows what a workflow may say, zizmor what it had better not. Both are pinned, and installed into cargo's
//! build folder. Any finding fails; an ignore needs its reason beside it.

mod actionlint;
mod files;
mod ignores;
mod staged;
mod zizmor;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::workspace::Workspace;
use actionlint::Actionlint;
use zizmor::Zizmor;

/// Lints all workflows and actions of the checkout.
///
/// # Errors
///
/// When a linter finds something, an ignore has no reason, or a linter cannot be had.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let linters = Linters::install(workspace)?;
    let files = files::of(workspace.root())?;
    let failed = linters.judge(workspace.root(), &files)?;
    ensure!(failed.is_empty(), "not every workflow and action is as it must be: {}", failed.join(", "));
    println!("actionlint and zizmor find nothing in {} workflows and actions", files.len());
    Ok(())
}

/// The linters, installed.
struct Linters {
    actionlint: Actionlint,
    zizmor: Zizmor,
}

impl Linters {
    fn install(workspace: &Workspace) -> anyhow::Result<Self> {
        let actionlint = Actionlint::install(workspace).context("could not install actionlint")?;
        let zizmor = Zizmor::install(workspace).context("could not install zizmor")?;
        Ok(Self { actionlint, zizmor })
    }

    /// Lets both look at these files of a checkout, and prints what they say; those who found something.
    fn judge(&self, root: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<&'static str>> {
        let mut failed = Vec::new();
        let unexplained = ignores::without_reason(root, files)?;
        for place in &unexplained {
            println!("{place}: an ignore without a reason");
        }
        if !unexplained.is_empty() {
            failed.push("ignores without a reason");
        }
        if !self.actionlint.is_content(root, files)? {
            failed.push("actionlint");
        }
        if !self.zizmor.is_content(root, files)? {
            failed.push("zizmor");
        }
        Ok(failed)
    }
}

#[cfg(test)]
mod tests;
