//! `cargo xtask test`: every test, with everything the tests need fetched first.

pub(crate) mod data;
mod tally;

use anyhow::{anyhow, bail};

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
    let python = what_the_machine_brings().map_err(|missing| anyhow!("cannot run the tests: {missing}"))?;
    let data = TestData::fetch(workspace, python)?;
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
    for line in tally.failures() {
        println!("{line}");
    }
    println!("{tally}");
    if !status.success() {
        bail!("`cargo test` ended with {status}");
    }
    Ok(())
}

/// The Python of this machine, which must have git too.
///
/// # Errors
///
/// What is missing: one clause each, in one line.
fn what_the_machine_brings() -> Result<Python, String> {
    let git = process::is_installed("git").then_some(()).ok_or("git is needed and was not found".to_owned());
    match (git, Python::find()) {
        (Ok(()), python) => python,
        (Err(git), Ok(_)) => Err(git),
        (Err(git), Err(python)) => Err(format!("{git}; {python}")),
    }
}
