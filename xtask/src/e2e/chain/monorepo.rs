//! The chain of a monorepo: a merge is tagged and starts the publishing workflow, which publishes and tells the templates.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, LocalForge, MergeStyle, NewPull, Permission, Permissions, Role};
use local_index::{LocalIndex, Publisher};

use super::dependencies::Dependencies;
use super::repository::Repository;
use crate::e2e::Machine;
use crate::e2e::act::{Job, Run};
use crate::e2e::checkout::environment;
use crate::templates::{self, RUNTIMES};
use crate::workspace::Workspace;

const REPO: &str = "acme/runtime";
const PROJECT: &str = "acme-workspace-runtime";
const VERSION: &str = "1.4.0";
const TAG: &str = "runtime-v1.4.0";

/// What the pull request touches of the folder that is released, and the package is not made of.
const TOUCHED: (&str, &str) = ("workspace/requirements.txt", "packaging>=24\n");

const TAGGING: &str = "auto-tag-runtime.yml";
const PUBLISHING: &str = "publish-runtime.yml";
/// The environment of the publishing job, as PyPI's project was told.
const ENVIRONMENT: &str = "pypi-publish";
/// The steps' names, in the caller or in what it calls.
const PUBLISH_STEP: &str = "Publish";
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
    /// Merges, tags, publishes and tells, the second half twice.
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
        let forge = LocalForge::start(Dialect::GitHub);
        forge.set_time(jiff::Timestamp::now());
        let index = LocalIndex::start(self.index);
        dependencies.serve(&index)?;
        let copied = [(TAGGING, TAGGING), (self.caller, PUBLISHING)];
        let folder = scratch.path().join("runtime");
        let repository = Repository::make(workspace, &forge, REPO, "workspace", &copied, &folder)?;
        name_index(&repository, &index)?;
        repository.push(&forge, REPO)?;
        let first = forge.head(REPO, "main");
        forge.tag(REPO, "runtime-v1.3.0", &first, Some("Release 1.3.0"));
        let pull = NewPull {
            labels: &["release:minor"],
            files: &[TOUCHED],
            ..NewPull::titled("Speak a second language")
        };
        let pull = forge.pull_request(REPO, &pull);
        let merged = forge.merge(REPO, pull.number, MergeStyle::Squash);
        repository.pull(REPO)?;
        let repos = RUNTIMES.map(|runtime| format!("molecule-ai/molecule-ai-workspace-template-{runtime}"));
        templates::make(&forge, workspace, &repos)?;

        let runs = Runs { machine, workspace, forge: &forge, index: &index, repository: &repository };
        let run = runs.tag(&first, &merged, scratch.path())?;
        check_tag(&run, &forge, &merged).with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
        for uploaded in ["all", "none"] {
            let run = runs.publish(self.index, scratch.path())?;
            check_release(&run, &index, uploaded)
                .and_then(|()| check_templates(&run, &forge, &repos))
                .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
        }
        Ok(())
    }
}

/// Writes the index into the manifest, where the source repository has it.
fn name_index(repository: &Repository, index: &LocalIndex) -> anyhow::Result<()> {
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
    forge: &'a LocalForge,
    index: &'a LocalIndex,
    repository: &'a Repository,
}

impl Runs<'_> {
    /// The run that the merge starts.
    fn tag(&self, before: &str, merged: &str, scratch: &Path) -> anyhow::Result<Run> {
        let event = self.forge.push_event(REPO, "main", before, merged);
        let payload = scratch.join("push.json");
        fs_err::write(&payload, event.payload.to_string())?;
        let granted = Permissions::none()
            .with(Permission::Contents, Access::Write)
            .with(Permission::PullRequests, Access::Read)
            .with(Permission::Actions, Access::Write);
        let token = self.forge.narrowed_job_token(REPO, granted);
        let job = Job {
            caller: &self.repository.folder,
            workflow: &self.repository.workflow(TAGGING),
            event: event.name,
            payload: &payload,
            token: &token,
            secrets: Vec::new(),
            variables: Vec::new(),
            environment: environment(self.forge),
        };
        self.machine.act.run(self.workspace, &self.machine.engine, &scratch.join("home"), &job)
    }

    /// The run that auto-tag starts at the tag.
    fn publish(&self, dialect: local_index::Dialect, scratch: &Path) -> anyhow::Result<Run> {
        let workflow = self.repository.workflow(PUBLISHING);
        let git_ref = format!("refs/tags/{TAG}");
        let event = self.forge.workflow_dispatch_event(REPO, &workflow.display().to_string(), &git_ref, &[]);
        let payload = scratch.join("dispatch.json");
        fs_err::write(&payload, event.payload.to_string())?;
        let granted = Permissions::none().with(Permission::Contents, Access::Read);
        let (token, teller) = (self.forge.narrowed_job_token(REPO, granted), self.forge.token(Role::Write));
        let mut environment = environment(self.forge);
        environment.push(("UV_DEFAULT_INDEX", self.index.simple_url()));
        let mut secrets = vec![("TEMPLATE_DISPATCH_TOKEN", teller.as_str())];
        let (mut variables, simple_url) = (Vec::new(), self.index.simple_url());
        let index_token = self.index.token(local_index::Role::Publisher);
        match dialect {
            local_index::Dialect::PyPI => environment.extend(self.identity()),
            local_index::Dialect::Gitea => {
                secrets.push(("INDEX_TOKEN", &index_token));
                variables.extend([("INDEX_URL", simple_url.as_str()), ("INDEX_USER", self.index.user())]);
            }
        }
        let job = Job {
            caller: &self.repository.folder,
            workflow: &workflow,
            event: event.name,
            payload: &payload,
            token: &token,
            secrets,
            variables,
            environment,
        };
        self.machine.act.run(self.workspace, &self.machine.engine, &scratch.join("home"), &job)
    }

    /// What a runner hands to a job with `id-token: write`, on an index that trusts this very workflow.
    fn identity(&self) -> [(&'static str, String); 2] {
        self.index.trust(Publisher {
            project: PROJECT.to_owned(),
            repository: REPO.to_owned(),
            workflow: PUBLISHING.to_owned(),
            environment: Some(ENVIRONMENT.to_owned()),
        });
        let job = local_index::Job {
            git_ref: format!("refs/tags/{TAG}"),
            environment: Some(ENVIRONMENT.to_owned()),
            ..local_index::Job::new(REPO, PUBLISHING)
        };
        let source = self.index.run_job(job);
        [("ACTIONS_ID_TOKEN_REQUEST_URL", source.url), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", source.token)]
    }
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

fn check_release(run: &Run, index: &LocalIndex, uploaded: &str) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let outputs = run.outputs_of(PUBLISH_STEP).context("publish set no outputs")?;
    for (name, value) in [("version", VERSION), ("uploaded", uploaded)] {
        let set = outputs.get(name).map(String::as_str);
        ensure!(set == Some(value), "the output `{name}` is {set:?} and not `{value}`");
    }
    let files = index.files(PROJECT);
    ensure!(files.len() == 2, "the index holds {} files of the release", files.len());
    Ok(())
}

/// The version came to cascade from the job before it: each template was told it, once.
fn check_templates(run: &Run, forge: &LocalForge, repos: &[String]) -> anyhow::Result<()> {
    let outputs = run.outputs_of(TELL_STEP).context("cascade set no outputs")?;
    let id = outputs.get("cascade-id").map_or("", String::as_str);
    ensure!(id.starts_with(&format!("{VERSION}-")), "the output `cascade-id` is `{id}`");
    for repo in repos {
        let told = templates::told(forge, repo);
        let [told] = told.as_slice() else { anyhow::bail!("`{repo}` has {} runs, and not one", told.len()) };
        let version = told.inputs.get("runtime_version").and_then(|value| value.as_str());
        ensure!(version == Some(VERSION), "`{repo}` was told {version:?}");
    }
    Ok(())
}
