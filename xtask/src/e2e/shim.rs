//! A template that calls `molecule-ci`, in which the shim has taken the older workflow's place.

use std::path::Path;

use anyhow::ensure;

use super::Machine;
use super::act::{Job, Place};
use super::template::commit;
use crate::folder;
use crate::workspace::Workspace;

/// The CI of a template from before.
const CALLER: &str = "\
name: CI
on: [pull_request]
permissions:
  contents: read
jobs:
  validate:
    uses: molecule-ai/molecule-ci/.github/workflows/validate-workspace-template.yml@main
";
const SHIM: &str = "examples/callers/molecule-ci/validate-workspace-template.yml";
const WORKFLOW: &str = ".github/workflows/ci.yml";
const REPO: &str = "acme/template";

/// Lets the runner execute the older caller over a template that keeps the contract and over one that breaks it.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn older_path_is_handed_on(
    machine: &Machine,
    workspace: &Workspace,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let central = scratch.path().join("molecule-ci");
    fs_err::create_dir_all(central.join(".github/workflows"))?;
    let shim = central.join(".github/workflows/validate-workspace-template.yml");
    fs_err::copy(workspace.root().join(SHIM), &shim)?;
    machine.act.note(&shim)?;
    commit(&central, "molecule-ai/molecule-ci")?;
    let central = [format!("--local-repository=molecule-ai/molecule-ci@main={}", central.display())];

    // The pull request of a fork: no image is built for it.
    let payload = scratch.path().join("event.json");
    fs_err::write(
        &payload,
        r#"{"number": 1, "pull_request": {"number": 1, "base": {"ref": "main"},
            "head": {"ref": "mend", "repo": {"full_name": "stranger/template"}}}}"#,
    )?;
    for template in ["good", "broken"] {
        let checkout = scratch.path().join(template);
        folder::copy(&workspace.root().join("examples/templates").join(template), &checkout)?;
        fs_err::write(checkout.join(WORKFLOW), CALLER)?;
        commit(&checkout, REPO)?;
        let job = Job {
            caller: &checkout,
            workflow: Path::new(WORKFLOW),
            event: "pull_request",
            payload: &payload,
            token: "none is needed",
            secrets: Vec::new(),
            variables: Vec::new(),
            environment: Vec::new(),
        };
        let home = scratch.path().join("home");
        let run = machine.act.run_with(workspace, &machine.engine, &home, &job, Place::Image, &central)?;
        let valid = template == "good";
        // Of a workflow that was called and failed, this runner starts none of the caller's other jobs.
        let heard = run.said_by("Conclude").iter().any(|line| line == "result: success, errors: 0");
        ensure!(
            run.succeeded() == valid && heard == valid,
            "the {template} template was judged otherwise: the log of the run:\n{}\n",
            run.log()
        );
    }
    Ok(())
}
