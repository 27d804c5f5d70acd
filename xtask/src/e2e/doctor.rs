//! The workflow that looks every morning whether each template could be told.

use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::Dialect;

use super::Machine;
use super::act::Run;
use super::telling::Telling;
use crate::templates;
use crate::workspace::Workspace;

const STEP: &str = "Look";

/// Lets the runner execute the caller's workflow while all templates could be told, and once more when one was archived:
/// it ends well, and then it does not, and names that one; and nobody was told anything.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn templates_are_looked_at(
    machine: &Machine,
    workspace: &Workspace,
    dialect: Dialect,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    // One calls the reusable workflow; steps are what Gitea is sure to have.
    let example = match dialect {
        Dialect::GitHub => "cascade-doctor.yml",
        Dialect::Gitea => "cascade-doctor-steps.yml",
    };
    let telling = Telling::set(workspace, dialect, example, &[], scratch.path())?;
    let Telling { forge, repos, .. } = &telling;
    for archived in [false, true] {
        forge.set_archived(&repos[0], archived);
        let run = telling.run(machine, workspace)?;
        let told = repos.iter().map(|repo| templates::told(forge, repo).len()).sum::<usize>();
        let unreachable = if archived { repos[0].as_str() } else { "" };
        check(&run, unreachable, told).with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    Ok(())
}

fn check(run: &Run, unreachable: &str, told: usize) -> anyhow::Result<()> {
    ensure!(
        run.succeeded() == unreachable.is_empty(),
        "the workflow {}",
        if run.succeeded() { "succeeded" } else { "failed" }
    );
    let failed = run.outputs_of(STEP).and_then(|outputs| outputs.get("failed")).map_or("", String::as_str);
    ensure!(failed == unreachable, "the output `failed` is `{failed}` and not `{unreachable}`");
    ensure!(told == 0, "{told} templates were told");
    Ok(())
}
