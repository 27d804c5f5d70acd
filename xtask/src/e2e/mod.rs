//! `cargo xtask e2e`: a real runner executes what users write, word for word.
//!
//! The image is built by the root Dockerfile on a real engine, `act` runs a workflow of `examples/callers/`, and the
//! action talks to local-forge on loopback. What counts is what the forge's repository holds afterwards and what the
//! workflow's next step saw.

mod absent;
mod act;
mod caller;
mod daemon;
mod debian;
mod engine;
mod image;

use std::path::Path;

use anyhow::ensure;
use local_forge::Dialect;

use crate::workspace::Workspace;
use absent::Absent;
use act::Act;
use engine::Engine;

/// What a run needs of the machine.
struct Machine {
    act: Act,
    engine: Engine,
}

impl Machine {
    /// Finds or brings everything, the cheap things first.
    fn prepare(workspace: &Workspace, scratch: &Path) -> Result<Self, Absent> {
        image::check_host()?;
        image::check_job()?;
        let act = Act::install(workspace)?;
        let engine = Engine::find_or_start(&scratch.join("engine"))?;
        Ok(Self { act, engine })
    }
}

/// Runs the caller's workflow in both dialects.
///
/// # Errors
///
/// When the forge or the workflow's next step does not hold what it should. A machine on which this cannot be tried
/// is told of, loudly, and is no error.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    // Declared first, so that it goes last: the engine keeps its files in it.
    let scratch = tempfile::Builder::new().prefix("runtime-actions-e2e-").tempdir()?;
    match Machine::prepare(workspace, scratch.path()) {
        Ok(machine) => run_on(&machine, workspace, scratch.path()),
        Err(absent) => {
            println!("\nNOTICE: THE END-TO-END TESTS DID NOT RUN: {absent}");
            println!("SKIPPED: e2e");
            Ok(())
        }
    }
}

fn run_on(machine: &Machine, workspace: &Workspace, scratch: &Path) -> anyhow::Result<()> {
    println!("engine: {}", machine.engine.describe());
    let _job = image::import_job(&machine.engine, scratch)?;
    let _action = image::build_action(workspace, &machine.engine, "auto-tag", scratch)?;
    let mut failed = 0;
    let dialects = [Dialect::GitHub, Dialect::Gitea];
    for dialect in dialects {
        match caller::merge_is_tagged(machine, workspace, dialect, scratch) {
            Ok(()) => println!("ok: {dialect}: a merge was tagged, and told to the next step"),
            Err(error) => {
                failed += 1;
                println!("FAILED: {dialect}: {error:#}");
            }
        }
    }
    ensure!(failed == 0, "{failed} of {} end-to-end runs failed", dialects.len());
    Ok(())
}
