//! The repository of a released runtime, the workflow that tells its templates, and what must come of it.

use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::{Dialect, LocalForge};

use super::Machine;
use super::act::Run;
use super::telling::Telling;
use crate::templates;
use crate::workspace::Workspace;

const VERSION: &str = "1.4.0";

/// The workflow that callers copy, with the names that its steps have there.
const EXAMPLE: &str = "cascade.yml";
const STEP: &str = "Tell";
const NEXT_STEP: &str = "Report";

/// Lets the runner execute the caller's workflow twice, with the targets that are built in, and holds what came of it
/// against what must: one run of each template's receiver, told to the next step; and nothing more at the second time.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn templates_are_told(
    machine: &Machine,
    workspace: &Workspace,
    dialect: Dialect,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let telling = Telling::set(workspace, dialect, EXAMPLE, &[("version", VERSION)], scratch.path())?;
    let Telling { forge, repos, .. } = &telling;
    for _ in 0..2 {
        let run = telling.run(machine, workspace)?;
        check_run(&run, repos)
            .and_then(|()| check_templates(forge, &run, repos))
            .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    Ok(())
}

fn check_run(run: &Run, repos: &[String]) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let outputs = run.outputs_of(STEP).context("the action set no outputs")?;
    let output = |name: &str| outputs.get(name).map_or("", String::as_str);
    let mut dispatched: Vec<_> = output("dispatched").split(',').collect();
    dispatched.sort_unstable();
    let mut expected: Vec<_> = repos.iter().map(String::as_str).collect();
    expected.sort_unstable();
    ensure!(dispatched == expected, "the output `dispatched` names {dispatched:?}");
    let id = output("cascade-id");
    ensure!(id.starts_with(&format!("{VERSION}-")), "the output `cascade-id` is `{id}`");
    let report = format!("id={id} dispatched={} failed=", output("dispatched"));
    let said = run.said_by(NEXT_STEP);
    ensure!(said == [report.as_str()], "the next step saw {said:?} and not `{report}`");
    Ok(())
}

fn check_templates(forge: &LocalForge, run: &Run, repos: &[String]) -> anyhow::Result<()> {
    let id = run.outputs_of(STEP).and_then(|outputs| outputs.get("cascade-id")).map(String::as_str);
    for repo in repos {
        let told = templates::told(forge, repo);
        let [run] = told.as_slice() else { anyhow::bail!("`{repo}` has {} runs, and not one", told.len()) };
        let input = |name: &str| run.inputs.get(name).and_then(|value| value.as_str());
        ensure!(
            input("runtime_version") == Some(VERSION),
            "`{repo}` was told {:?}",
            input("runtime_version")
        );
        ensure!(input("cascade_id") == id, "`{repo}` was told {:?}", input("cascade_id"));
    }
    Ok(())
}
