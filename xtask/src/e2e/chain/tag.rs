//! The publishing workflow by itself: somebody pushed a tag.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, JobEvent, Permission, Permissions};

use super::dependencies::Dependencies;
use super::monorepo::{PROJECT, PUBLISH_STEP, identity, name_index};
use super::stage::{REPO, Stage};
use crate::e2e::Machine;
use crate::e2e::act::{Job, Place, Run};
use crate::e2e::checkout::environment;
use crate::workspace::Workspace;

/// What its owner calls the workflow, whichever was copied: PyPI's project was told so.
const PUBLISHING: &str = "publish.yml";
const TAG: &str = "runtime-v1.4.0";
const NEXT_STEP: &str = "Report";

/// A stage on which somebody has pushed a tag, with the workflow that it starts.
pub(super) struct Tagged<'a> {
    machine: &'a Machine,
    workspace: &'a Workspace,
    pub(super) stage: Stage,
    event: JobEvent,
    payload: PathBuf,
    home: PathBuf,
}

impl<'a> Tagged<'a> {
    /// Makes everything, with a workflow of `examples/callers`.
    pub(super) fn set(
        machine: &'a Machine,
        workspace: &'a Workspace,
        dependencies: &Dependencies,
        caller: &'static str,
        scratch: &Path,
    ) -> anyhow::Result<Self> {
        let stage = Stage::set(
            workspace,
            Dialect::GitHub,
            local_index::Dialect::PyPI,
            dependencies,
            "workspace",
            &[(caller, PUBLISHING)],
            scratch,
        )?;
        let Stage { forge, index, repository } = &stage;
        name_index(repository, index)?;
        repository.push(forge, REPO, &["main"])?;
        repository.pull(forge, REPO)?;
        forge.tag(REPO, TAG, &forge.head(REPO, "main"), Some("Release 1.4.0"));
        let event = forge.tag_push_event(REPO, TAG);
        let payload = scratch.join("push.json");
        fs_err::write(&payload, event.payload.to_string())?;
        Ok(Self { machine, workspace, stage, event, payload, home: scratch.join("home") })
    }

    /// Where the workflow is on this machine.
    pub(super) fn workflow(&self) -> PathBuf {
        let repository = &self.stage.repository;
        repository.folder.join(repository.workflow(PUBLISHING))
    }

    /// Lets the runner execute the workflow, with more of its own arguments.
    pub(super) fn run(&self, more: &[String]) -> anyhow::Result<Run> {
        let Stage { forge, index, repository } = &self.stage;
        let granted = Permissions::none().with(Permission::Contents, Access::Read);
        let token = forge.narrowed_job_token(REPO, granted);
        let mut environment = environment(forge);
        environment.push(("UV_DEFAULT_INDEX", index.simple_url()));
        environment.extend(identity(index, PUBLISHING, &self.event.git_ref));
        let job = Job {
            caller: &repository.folder,
            workflow: &repository.workflow(PUBLISHING),
            event: self.event.name,
            payload: &self.payload,
            token: &token,
            secrets: Vec::new(),
            variables: Vec::new(),
            environment,
        };
        let Machine { act, engine } = self.machine;
        act.run_with(self.workspace, engine, &self.home, &job, Place::Image, more)
    }
}

/// Lets the runner execute the workflow for a tag, twice: the release is there once.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn tag_is_published(
    machine: &Machine,
    workspace: &Workspace,
    dependencies: &Dependencies,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let tagged = Tagged::set(machine, workspace, dependencies, "publish.yml", scratch.path())?;
    for uploaded in ["all", "none"] {
        let run = tagged.run(&[])?;
        check(&run, uploaded).with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    let files = tagged.stage.index.files(PROJECT);
    ensure!(files.len() == 2, "the index holds {} files of the release", files.len());
    Ok(())
}

fn check(run: &Run, uploaded: &str) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let outputs = run.outputs_of(PUBLISH_STEP).context("publish set no outputs")?;
    let requirement = outputs.get("requirement").map_or("", String::as_str);
    ensure!(
        requirement.starts_with(&format!("{PROJECT}==1.4.0")),
        "the output `requirement` is `{requirement}`"
    );
    let report = format!("uploaded={uploaded} {requirement}");
    let said = run.said_by(NEXT_STEP);
    ensure!(said == [report.as_str()], "the next step saw {said:?} and not `{report}`");
    Ok(())
}
