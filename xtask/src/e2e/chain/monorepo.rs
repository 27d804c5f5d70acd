//! The chain of a monorepo: a merge is tagged and starts the publishing workflow, which publishes and tells the templates.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::{
    Access, Dialect, JobEvent, LocalForge, MergeStyle, NewPull, Permission, Permissions, Role,
};
use local_index::{IdTokenSource, LocalIndex, Publisher};

use super::dependencies::Dependencies;
use super::repository::Repository;
use super::stage::{REPO, Stage};
use crate::e2e::Machine;
use crate::e2e::act::{Job, Run};
use crate::e2e::checkout::environment;
use crate::templates::{self, RUNTIMES};
use crate::workspace::Workspace;

pub(super) const PROJECT: &str = "acme-workspace-runtime";
/// What is released before: tag and package.
const BEFORE: &str = "1.3.9";
/// What a push to the staging branch takes of the index.
const STAGED: &str = "1.3.10";
/// What the merge is then: a patch of what was tagged would be the staged one.
const VERSION: &str = "1.3.11";
const TAG: &str = "runtime-v1.3.11";
const STAGING: &str = "staging";

/// What the pull request touches of the folder that is released, and the package is not made of.
const TOUCHED: (&str, &str) = ("workspace/requirements.txt", "packaging>=24\n");

const TAGGING: &str = "auto-tag-runtime.yml";
const PUBLISHING: &str = "publish-runtime.yml";
/// The environment of the publishing job, as PyPI's project was told.
pub(super) const ENVIRONMENT: &str = "pypi-publish";
/// The steps' names, in the caller or in what it calls.
pub(super) const PUBLISH_STEP: &str = "Publish";
const TELL_STEP: &str = "Tell";

/// A caller that publishes, and the index that it publishes to.
pub(super) struct Chain {
    caller: &'static str,
    index: local_index::Dialect,
}

/// PyPI knows the job; a Gitea is given a token. In the first the caller's own job publishes and the rest is called; in
/// the second all is called, the one reusable workflow by the other.
pub(super) const CHAINS: [Chain; 2] = [
    Chain { caller: "publish-runtime.yml", index: local_index::Dialect::PyPI },
    Chain { caller: "publish-runtime-token.yml", index: local_index::Dialect::Gitea },
];

impl fmt::Display for Chain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caller, index } = self;
        write!(
            formatter,
            "GitHub: a merge became a release on {index} that eight templates know of, by {caller}"
        )
    }
}

impl Chain {
    /// Publishes from the staging branch; then merges, tags, publishes and tells, the second half twice.
    ///
    /// # Errors
    ///
    /// The first thing that is not as it must be, with the runner's log.
    pub(super) fn run(
        &self,
        machine: &Machine,
        workspace: &Workspace,
        dependencies: &Dependencies,
        scratch: &Path,
    ) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir_in(scratch)?;
        let copied = [(TAGGING, TAGGING), (self.caller, PUBLISHING)];
        let stage = Stage::set(
            workspace,
            Dialect::GitHub,
            self.index,
            dependencies,
            "workspace",
            &copied,
            scratch.path(),
        )?;
        let Stage { forge, index, repository } = &stage;
        name_index(repository, index)?;
        repository.push(forge, REPO, &["main", STAGING])?;
        repository.pull(forge, REPO)?;
        let first = forge.head(REPO, "main");
        forge.tag(REPO, &format!("runtime-v{BEFORE}"), &first, Some("A release"));
        let wheel = local_index::wheel(PROJECT, BEFORE);
        index.publish(PROJECT, BEFORE, &wheel.file_name, wheel.bytes);
        let repos = RUNTIMES.map(|runtime| format!("molecule-ai/molecule-ai-workspace-template-{runtime}"));
        templates::make(forge, workspace, &repos)?;

        let runs = Runs { machine, workspace, stage: &stage, scratch: scratch.path() };
        let run = runs.publish(self.index, &self.staging_event(forge))?;
        check_release(&run, STAGED, "all")
            .and_then(|()| check_templates(&run, forge, &repos, &[STAGED]))
            .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;

        let pull = NewPull { files: &[TOUCHED], ..NewPull::titled("Speak a second language") };
        let pull = forge.pull_request(REPO, &pull);
        let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);
        repository.pull(forge, REPO)?;
        let run = runs.tag(self.index, &first, &merged)?;
        check_tag(&run, forge, &merged).with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
        let event = at(forge, &format!("refs/tags/{TAG}"));
        for uploaded in ["all", "none"] {
            let run = runs.publish(self.index, &event)?;
            check_release(&run, VERSION, uploaded)
                .and_then(|()| check_templates(&run, forge, &repos, &[STAGED, VERSION]))
                .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
        }
        let files = index.files(PROJECT);
        ensure!(files.len() == 5, "the index holds {} files of three releases", files.len());
        Ok(())
    }

    /// What publishes from a branch: a push to it, or a start by hand where the caller hears of no push.
    fn staging_event(&self, forge: &LocalForge) -> JobEvent {
        let head = forge.head(REPO, STAGING);
        match self.index {
            local_index::Dialect::PyPI => forge.push_event(REPO, STAGING, "", &head),
            local_index::Dialect::Gitea => at(forge, &format!("refs/heads/{STAGING}")),
        }
    }
}

/// A start of the publishing workflow at a branch or a tag.
fn at(forge: &LocalForge, git_ref: &str) -> JobEvent {
    forge.workflow_dispatch_event(REPO, &format!(".github/workflows/{PUBLISHING}"), git_ref, &[])
}

/// Writes the index into the manifest, where the source repository has it.
pub(super) fn name_index(repository: &Repository, index: &LocalIndex) -> anyhow::Result<()> {
    let path = repository.folder.join("runtime-package.toml");
    let manifest = fs_err::read_to_string(&path)?;
    let (simple, upload) = (index.simple_url(), index.upload_url());
    let table = format!(
        "\n[index]\nsimple-url = \"{simple}\"\nupload-url = \"{upload}\"\nenvironment = \"{ENVIRONMENT}\"\n"
    );
    fs_err::write(&path, manifest + &table)?;
    Ok(())
}

/// What the runs of a chain share.
struct Runs<'a> {
    machine: &'a Machine,
    workspace: &'a Workspace,
    stage: &'a Stage,
    scratch: &'a Path,
}

impl Runs<'_> {
    /// The run that the merge starts.
    fn tag(&self, dialect: local_index::Dialect, before: &str, merged: &str) -> anyhow::Result<Run> {
        let Stage { forge, index, repository } = self.stage;
        let event = forge.push_event(REPO, "main", before, merged);
        let payload = self.scratch.join("push.json");
        fs_err::write(&payload, event.payload.to_string())?;
        let granted = Permissions::none()
            .with(Permission::Contents, Access::Write)
            .with(Permission::PullRequests, Access::Read)
            .with(Permission::Actions, Access::Write);
        let token = forge.narrowed_job_token(REPO, granted);
        let (simple_url, reader) = (index.simple_url(), index.token(local_index::Role::Publisher));
        let mut variables = vec![("INDEX_URL", simple_url.as_str()), ("INDEX_PACKAGE", PROJECT)];
        let mut secrets = Vec::new();
        if dialect == local_index::Dialect::Gitea {
            variables.push(("INDEX_USER", index.user()));
            secrets.push(("INDEX_TOKEN", reader.as_str()));
        }
        let job = Job {
            caller: &repository.folder,
            workflow: &repository.workflow(TAGGING),
            event: event.name,
            payload: &payload,
            token: &token,
            secrets,
            variables,
            environment: environment(forge),
        };
        self.machine.act.run(self.workspace, &self.machine.engine, &self.scratch.join("home"), &job)
    }

    /// A run of the publishing workflow.
    fn publish(&self, dialect: local_index::Dialect, event: &JobEvent) -> anyhow::Result<Run> {
        let Stage { forge, index, repository } = self.stage;
        let payload = self.scratch.join("publish.json");
        fs_err::write(&payload, event.payload.to_string())?;
        let granted = Permissions::none().with(Permission::Contents, Access::Read);
        let (token, teller) = (forge.narrowed_job_token(REPO, granted), forge.token(Role::Write));
        let mut environment = environment(forge);
        environment.push(("UV_DEFAULT_INDEX", index.simple_url()));
        let mut secrets = vec![("TEMPLATE_DISPATCH_TOKEN", teller.as_str())];
        let (mut variables, simple_url) = (Vec::new(), index.simple_url());
        let index_token = index.token(local_index::Role::Publisher);
        match dialect {
            local_index::Dialect::PyPI => environment.extend(identity(index, PUBLISHING, &event.git_ref)),
            local_index::Dialect::Gitea => {
                secrets.push(("INDEX_TOKEN", &index_token));
                variables.extend([("INDEX_URL", simple_url.as_str()), ("INDEX_USER", index.user())]);
            }
        }
        let job = Job {
            caller: &repository.folder,
            workflow: &repository.workflow(PUBLISHING),
            event: event.name,
            payload: &payload,
            token: &token,
            secrets,
            variables,
            environment,
        };
        self.machine.act.run(self.workspace, &self.machine.engine, &self.scratch.join("home"), &job)
    }
}

/// What a runner hands to a job with `id-token: write`, on an index that trusts this very workflow.
pub(super) fn identity(index: &LocalIndex, workflow: &str, git_ref: &str) -> [(&'static str, String); 2] {
    index.trust(Publisher {
        project: PROJECT.to_owned(),
        repository: REPO.to_owned(),
        workflow: workflow.to_owned(),
        environment: Some(ENVIRONMENT.to_owned()),
    });
    let job = local_index::Job {
        git_ref: git_ref.to_owned(),
        environment: Some(ENVIRONMENT.to_owned()),
        ..local_index::Job::new(REPO, workflow)
    };
    let IdTokenSource { url, token } = index.run_job(job);
    [("ACTIONS_ID_TOKEN_REQUEST_URL", url), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", token)]
}

fn check_tag(run: &Run, forge: &LocalForge, merged: &str) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let tags = forge.tags(REPO);
    let tag = tags.get(TAG).with_context(|| format!("there is no tag `{TAG}`"))?;
    ensure!(tag.commit == merged, "the tag is at {} and not at {merged}, the merge", tag.commit);
    let runs = forge.runs(REPO);
    let started: Vec<_> = runs.iter().filter(|run| run.event == "workflow_dispatch").collect();
    let [started] = started.as_slice() else { anyhow::bail!("{} workflows were started", started.len()) };
    ensure!(started.workflow.ends_with(PUBLISHING), "`{}` was started", started.workflow);
    ensure!(started.git_ref == format!("refs/tags/{TAG}"), "it was started at `{}`", started.git_ref);
    Ok(())
}

fn check_release(run: &Run, version: &str, uploaded: &str) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let outputs = run.outputs_of(PUBLISH_STEP).context("publish set no outputs")?;
    for (name, value) in [("version", version), ("uploaded", uploaded)] {
        let set = outputs.get(name).map(String::as_str);
        ensure!(set == Some(value), "the output `{name}` is {set:?} and not `{value}`");
    }
    Ok(())
}

/// Each version came to cascade from the job before it, the last one in this run: each template was told it, once.
fn check_templates(run: &Run, forge: &LocalForge, repos: &[String], versions: &[&str]) -> anyhow::Result<()> {
    let outputs = run.outputs_of(TELL_STEP).context("cascade set no outputs")?;
    let id = outputs.get("cascade-id").map_or("", String::as_str);
    let last = versions[versions.len() - 1];
    ensure!(id.starts_with(&format!("{last}-")), "the output `cascade-id` is `{id}`");
    for repo in repos {
        let runs = templates::told(forge, repo);
        let mut told: Vec<_> =
            runs.iter().filter_map(|run| run.inputs.get("runtime_version")?.as_str()).collect();
        told.sort_unstable();
        ensure!(told == versions, "`{repo}` was told {told:?}");
    }
    Ok(())
}
