//! The repository of a released runtime, its templates on the same forge, and a workflow that it copied to tell them.

use std::path::{Path, PathBuf};

use local_forge::{Dialect, LocalForge, Permissions, Role};

use super::Machine;
use super::act::{Job, Run};
use super::checkout::{Checkout, environment};
use crate::templates::{self, RUNTIMES};
use crate::workspace::Workspace;

/// The repository that is released.
const REPO: &str = "molecule-ai/molecule-core";
const SECRET: &str = "TEMPLATE_DISPATCH_TOKEN";

/// A forge on which templates can be told, and the workflow's run, which somebody starts by hand.
pub(super) struct Telling {
    pub(super) forge: LocalForge,
    /// The templates' repositories.
    pub(super) repos: [String; RUNTIMES.len()],
    caller: Checkout,
    event: &'static str,
    payload: PathBuf,
    home: PathBuf,
}

impl Telling {
    /// Makes everything; `inputs` are those that the workflow is started with.
    pub(super) fn set(
        workspace: &Workspace,
        dialect: Dialect,
        example: &str,
        inputs: &[(&str, &str)],
        scratch: &Path,
    ) -> anyhow::Result<Self> {
        let forge = LocalForge::start(dialect);
        forge.set_time(jiff::Timestamp::now());
        forge.repo(REPO);
        let repos = RUNTIMES.map(|runtime| format!("molecule-ai/molecule-ai-workspace-template-{runtime}"));
        templates::make(&forge, workspace, &repos)?;
        let caller = Checkout::new(workspace, &forge, REPO, example, &scratch.join("runtime"))?;
        let path = caller.workflow.display().to_string();
        let event = forge.workflow_dispatch_event(REPO, &path, "refs/heads/main", inputs);
        let payload = scratch.join("event.json");
        fs_err::write(&payload, event.payload.to_string())?;
        Ok(Self { forge, repos, caller, event: event.name, payload, home: scratch.join("home") })
    }

    /// Lets the runner execute the workflow.
    pub(super) fn run(&self, machine: &Machine, workspace: &Workspace) -> anyhow::Result<Run> {
        // The workflow is granted nothing of its own repository: whoever may tell the templates is somebody else.
        let token = self.forge.narrowed_job_token(REPO, Permissions::none());
        let teller = self.forge.token(Role::Write);
        let job = Job {
            caller: &self.caller.folder,
            workflow: &self.caller.workflow,
            event: self.event,
            payload: &self.payload,
            token: &token,
            secrets: vec![(SECRET, &teller)],
            variables: Vec::new(),
            environment: environment(&self.forge),
        };
        machine.act.run(workspace, &machine.engine, &self.home, &job)
    }
}
