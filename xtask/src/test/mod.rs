//! `cargo xtask test`: every test, with everything the tests need fetched first.

mod data;
mod tally;

use anyhow::bail;

use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;
use data::TestData;
use tally::Tally;

/// Runs every test of the workspace, doc tests included, to the end.
///
/// The last line printed is a plain `N passed, N failed, N skipped` over all test binaries.
///
/// # Errors
///
/// When something this machine must bring is missing, or when not every test passes.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let missing = missing_programs();
    if !missing.is_empty() {
        bail!("cannot run the tests: {}", missing.join("; "));
    }

    let data = TestData::fetch(workspace)?;
    for notice in data.notices() {
        println!("\n{notice}\n");
    }

    let mut tally = Tally::default();
    let status = process::each_line(
        process::command("cargo")
            .args(["test", "--workspace", "--locked", "--no-fail-fast"])
            .current_dir(workspace.root())
            .env(data::VARIABLE, data.folder()),
        |line| {
            println!("{line}");
            tally.read(line);
        },
    )?;

    println!("\nran {} test binaries and doc-test runs of the whole workspace", tally.runs());
    for notice in data.notices() {
        println!("{notice}");
    }
    println!("{tally}");
    if !status.success() {
        bail!("`cargo test` ended with {status}");
    }
    Ok(())
}

/// What a machine must bring that cargo cannot: one clause each, for one line.
fn missing_programs() -> Vec<String> {
    let git = (!process::is_installed("git")).then(|| "git is needed and was not found".to_owned());
    git.into_iter().chain(Python::find().err()).collect()
}
