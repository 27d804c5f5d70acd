//! A template's repository on a forge, a registry, two indexes and the programs of a runner.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use fs_err as fs;
use local_forge::{Access, Dialect, LocalForge, Permission, Permissions, Role};
use local_index::LocalIndex;

use super::pushed::Images;
use super::runtime;
use crate::e2e::Machine;
use crate::e2e::act::{Job, Place, Run};
use crate::e2e::hosts::registry::{Door, LocalRegistry};
use crate::e2e::image::{Bases, Slim};
use crate::folder;
use crate::process;
use crate::workspace::Workspace;

pub(super) const REPO: &str = "molecule-ai/molecule-ai-workspace-template-langgraph";
/// What is pushed is what refresh-images pulls, but for the host.
pub(super) const IMAGE: &str = "molecule-ai/workspace-template-langgraph";

/// Whom the registry lets in.
pub(super) const USER: &str = "me";
pub(super) const PASSWORD: &str = "pass";

/// What all cases share.
pub(super) struct Stage<'a> {
    pub(super) machine: &'a Machine,
    pub(super) workspace: &'a Workspace,
    pub(super) scratch: &'a Path,
    /// What pip asks by itself: version 1.3.0.
    _by_itself: LocalIndex,
    /// What pip is told to ask: 1.3.0 and 1.4.0.
    pub(super) index: LocalIndex,
    programs: PathBuf,
    _slim: Slim<'a>,
}

/// A registry of a case's own.
pub(super) struct Registry {
    process: LocalRegistry,
    pub(super) images: Images,
}

/// What a template's owner has set, and what starts the workflow.
pub(super) struct Asked<'a> {
    pub(super) dialect: Dialect,
    /// The workflow, from the repository's root.
    pub(super) workflow: &'a Path,
    /// The version that a cascade tells of; a push where there is none.
    pub(super) version: Option<&'a str>,
    pub(super) variables: Vec<(&'static str, &'a str)>,
    pub(super) secrets: Vec<(&'static str, &'a str)>,
}

impl Registry {
    pub(super) fn start(scratch: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(scratch)?.keep();
        let images = folder.join("images");
        let process = LocalRegistry::start(&folder, &images, Door::Locked)?;
        Ok(Self { process, images: Images::of(&images) })
    }

    pub(super) fn host(&self) -> String {
        self.process.address().to_string()
    }
}

impl<'a> Stage<'a> {
    pub(super) fn set(
        machine: &'a Machine,
        workspace: &'a Workspace,
        bases: &Bases<'a>,
        scratch: &'a Path,
    ) -> anyhow::Result<Self> {
        let [by_itself, index] = [(); 2].map(|()| LocalIndex::start(local_index::Dialect::PyPI));
        runtime::publish(&by_itself, "1.3.0")?;
        for version in ["1.3.0", "1.4.0"] {
            runtime::publish(&index, version)?;
        }
        let slim = Slim::build(bases, workspace, &machine.engine, &by_itself.simple_url(), scratch)?;
        let programs = scratch.join("programs");
        write_docker(&programs, machine.engine.client())?;
        Ok(Self { machine, workspace, scratch, _by_itself: by_itself, index, programs, _slim: slim })
    }

    /// A folder for the files of a case.
    pub(super) fn folder(&self) -> anyhow::Result<PathBuf> {
        Ok(tempfile::tempdir_in(self.scratch)?.keep())
    }

    /// A clone of a new repository on `forge` with the starter's files, which `change` may change before they are pushed.
    pub(super) fn template(
        &self,
        forge: &LocalForge,
        change: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<PathBuf> {
        forge.repo(REPO);
        let checkout = self.folder()?;
        let address = forge.clone_url(REPO);
        process::output(process::command("git").args(["clone", "--quiet", &address]).arg(&checkout))?;
        folder::copy(&self.workspace.root().join("examples/template-starter"), &checkout)?;
        change(&checkout)?;
        let git = |arguments: &[&str]| {
            let mut git = process::command("git");
            git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(&checkout);
            process::output(git.args(arguments))
        };
        git(&["add", "--force", "."])?;
        git(&["commit", "--quiet", "--message", "A template"])?;
        let token = forge.token(Role::Write);
        git(&["push", "--quiet", &address.replacen("://", &format!("://dev:{token}@"), 1), "HEAD:main"])?;
        // The runner takes the repository's name from an origin that looks like one of github.com.
        git(&["remote", "set-url", "origin", &format!("https://github.com/{REPO}.git")])?;
        Ok(checkout)
    }

    /// Lets the runner execute a workflow of the template, its steps on this machine.
    pub(super) fn run(&self, forge: &LocalForge, checkout: &Path, asked: &Asked<'_>) -> anyhow::Result<Run> {
        let home = self.folder()?;
        // What looks like github.com is the forge.
        let rule = format!("[url \"{}/\"]\n\tinsteadOf = https://github.com/\n", forge.url());
        fs::write(home.join(".gitconfig"), rule)?;
        let (event, told) = self::event(forge, asked);
        let payload = home.join("event.json");
        fs::write(&payload, told)?;
        let granted = Permissions::none().with(Permission::Contents, Access::Read);
        let token = forge.narrowed_job_token(REPO, granted);
        let gitea = (asked.dialect == Dialect::Gitea).then(|| ("GITEA_ACTIONS", "true".to_owned()));
        let job = Job {
            caller: checkout,
            workflow: asked.workflow,
            event,
            payload: &payload,
            token: &token,
            secrets: asked.secrets.clone(),
            variables: asked.variables.clone(),
            environment: gitea.into_iter().collect(),
        };
        let Machine { act, engine } = self.machine;
        act.run_with(self.workspace, engine, &home, &job, Place::Machine(&self.programs), &[])
    }
}

/// What starts the workflow: a push, or what a cascade does.
fn event(forge: &LocalForge, asked: &Asked<'_>) -> (&'static str, String) {
    let head = forge.head(REPO, "main");
    let event = match (asked.dialect, asked.version) {
        (_, None) => forge.push_event(REPO, "main", "", &head),
        (Dialect::GitHub, Some(version)) => {
            let payload = serde_json::json!({
                "action": "runtime-published",
                "branch": "main",
                "client_payload": { "runtime_version": version, "cascade_id": format!("{version}-0a1b") },
                "repository": { "full_name": REPO, "default_branch": "main" },
            });
            return ("repository_dispatch", payload.to_string());
        }
        (Dialect::Gitea, Some(version)) => {
            let inputs = [("runtime_version", version), ("cascade_id", "1")];
            let workflow = asked.workflow.display().to_string();
            forge.workflow_dispatch_event(REPO, &workflow, "refs/heads/main", &inputs)
        }
    };
    (event.name, event.payload.to_string())
}

/// The engine's client under its name, by which builds have the machine's network: an engine of our own has none for them.
fn write_docker(programs: &Path, client: &str) -> anyhow::Result<()> {
    fs::create_dir_all(programs)?;
    let client = process::output(process::command("sh").args(["-c", "command -v \"$0\"", client]))
        .context("the engine's client is gone")?;
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = build ]; then\n  shift\n  set -- build --network host \"$@\"\nfi\nexec '{}' \"$@\"\n",
        client.trim()
    );
    let path = programs.join("docker");
    fs::write(&path, script)?;
    fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}
