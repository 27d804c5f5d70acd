//! A template that keeps its contract, and one that does not.

use std::path::Path;

use anyhow::ensure;

use super::{indent, title};
use crate::process;
use crate::workspace::Workspace;

/// How a run ends that found errors.
const FINDINGS: i32 = 3;

/// Judges both templates of the examples, as their author does on a laptop.
pub(super) fn show(binary: &Path, workspace: &Workspace) -> anyhow::Result<()> {
    title("two templates that build on the release");
    let good = judge(binary, workspace, "examples/templates/good")?;
    ensure!(good.exit == Some(0), "the good template did not pass");
    let broken = judge(binary, workspace, "examples/templates/broken")?;
    ensure!(broken.exit == Some(FINDINGS), "the broken template was let through");
    for rule in ["base-image", "agent-user", "version-in-layer", "runtime-installed", "adapter-attribute"] {
        ensure!(broken.printed.contains(&format!("error[{rule}]")), "`{rule}` was not found");
    }
    Ok(())
}

struct Judged {
    exit: Option<i32>,
    printed: String,
}

fn judge(binary: &Path, workspace: &Workspace, template: &str) -> anyhow::Result<Judged> {
    println!("\n$ validate-template {template}");
    let ran = process::command(binary).arg(template).env_clear().current_dir(workspace.root()).output()?;
    let printed = String::from_utf8(ran.stdout)?;
    println!("{}", indent(&printed));
    Ok(Judged { exit: ran.status.code(), printed })
}
