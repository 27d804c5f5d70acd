//! [mdbook](https://rust-lang.github.io/mdBook/), which makes pages of Markdown.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process;
use crate::workspace::Workspace;

const VERSION: &str = "0.5.4";

/// Builds a book.
///
/// # Errors
///
/// When mdbook cannot be installed, or refuses the book.
pub(super) fn build(workspace: &Workspace, source: &Path, target: &Path) -> anyhow::Result<()> {
    let program = install(workspace).context("could not install mdbook")?;
    process::run(process::command(program).arg("build").arg("--dest-dir").arg(target).arg(source))
}

/// The one on the path where it is of the right version, or else one of our own, compiled once for a version.
fn install(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let said = process::output(process::command("mdbook").arg("--version"));
    if said.is_ok_and(|said| said.trim() == format!("mdbook v{VERSION}")) {
        return Ok(PathBuf::from("mdbook"));
    }
    let root = workspace.target().join("cargo").join(format!("mdbook@{VERSION}"));
    let program = root.join("bin/mdbook");
    if !program.exists() {
        println!("installing mdbook {VERSION}");
        process::run(
            process::command("cargo")
                .args(["install", "--quiet", "--locked", "--no-default-features", "--features", "search"])
                .arg("--root")
                .arg(&root)
                .arg(format!("mdbook@{VERSION}"))
                // A build folder of its own, which cargo removes. Our book is small: half the time to compile is worth
                // more than a faster program.
                .env_remove("CARGO_TARGET_DIR")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        )?;
    }
    Ok(program)
}
