//! The chain of a runtime that is a project of its own, on a Gitea: one workflow, whose jobs hand on tag and version.

use std::path::Path;

use anyhow::{Context as _, ensure};
use local_forge::{Access, Dialect, LocalForge, Permission, Permissions, Role};
use local_index::LocalIndex;

use super::dependencies::Dependencies;
use super::stage::{REPO, Stage};
use crate::e2e::Machine;
use crate::e2e::act::{Job, Run};
use crate::e2e::checkout::environment;
use crate::templates::RUNTIMES;
use crate::workspace::Workspace;

const PROJECT: &str = "acme-standalone-runtime";
/// What the example's pyproject.toml says.
const VERSION: &str = "1.4.0";
const TAG: &str = "runtime-v1.4.0";
const RELEASING: &str = "standalone-release.yml";
const NEXT_STEP: &str = "Report";

/// What each template pins.
const PINNED: &str = "molecule-ai-workspace-runtime==1.3.0\n";
const BUMPED: &str = "molecule-ai-workspace-runtime==1.4.0\n";

/// Lets the runner execute the release workflow twice, and holds tag, index and pull requests against what must be.
///
/// # Errors
///
/// The first thing that is not as it must be, with the runner's log.
pub(super) fn version_is_released(
    machine: &Machine,
    workspace: &Workspace,
    dependencies: &Dependencies,
    scratch: &Path,
) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let Stage { forge, index, repository } = Stage::set(
        workspace,
        Dialect::Gitea,
        local_index::Dialect::Gitea,
        dependencies,
        "standalone",
        &[(RELEASING, "release.yml")],
        scratch.path(),
    )?;
    let first = forge.head(REPO, "main");
    repository.push(&forge, REPO, &["main"])?;
    let raised = forge.head(REPO, "main");
    repository.pull(&forge, REPO)?;
    let repos = RUNTIMES.map(|runtime| format!("molecule-ai/molecule-ai-workspace-template-{runtime}"));
    forge.repos(&repos, &[("requirements.txt", PINNED)]);

    let event = forge.push_event(REPO, "main", &first, &raised);
    let payload = scratch.path().join("push.json");
    fs_err::write(&payload, event.payload.to_string())?;
    let granted = Permissions::none()
        .with(Permission::Contents, Access::Write)
        .with(Permission::PullRequests, Access::Read);
    let (token, teller) = (forge.narrowed_job_token(REPO, granted), forge.token(Role::Write));
    let publisher = index.token(local_index::Role::Publisher);
    let mut environment = environment(&forge);
    let simple_url = index.simple_url();
    environment.push(("UV_DEFAULT_INDEX", simple_url.clone()));
    let job = Job {
        caller: &repository.folder,
        workflow: &repository.workflow("release.yml"),
        event: event.name,
        payload: &payload,
        token: &token,
        secrets: vec![("INDEX_TOKEN", &publisher), ("TEMPLATE_DISPATCH_TOKEN", &teller)],
        variables: vec![("INDEX_URL", &simple_url), ("INDEX_USER", index.user())],
        environment,
    };
    for _ in 0..2 {
        let home = scratch.path().join("home");
        let run = machine.act.run(workspace, &machine.engine, &home, &job)?;
        check(&run, &forge, &index, &raised, &repos)
            .with_context(|| format!("the log of the run:\n{}\n", run.log()))?;
    }
    Ok(())
}

fn check(
    run: &Run,
    forge: &LocalForge,
    index: &LocalIndex,
    raised: &str,
    repos: &[String],
) -> anyhow::Result<()> {
    ensure!(run.succeeded(), "the workflow failed");
    let tags = forge.tags(REPO);
    let tag = tags.get(TAG).with_context(|| format!("there is no tag `{TAG}`"))?;
    ensure!(
        tag.commit == raised,
        "the tag is at {} and not at {raised}, which raised the version",
        tag.commit
    );
    let files = index.files(PROJECT);
    ensure!(files.len() == 2, "the index holds {} files of the release", files.len());
    let said = run.said_by(NEXT_STEP).join("\n");
    ensure!(
        said.starts_with(&format!("version={VERSION} bumped=")) && said.ends_with("failed="),
        "the last step saw `{said}`"
    );
    for repo in repos {
        let pulls = forge.pulls(repo);
        let [pull] = pulls.as_slice() else { anyhow::bail!("`{repo}` has {} pull requests", pulls.len()) };
        let proposed = forge.file(repo, &pull.head_sha, "requirements.txt");
        ensure!(pull.open && proposed.as_deref() == Some(BUMPED), "`{repo}` is proposed {proposed:?}");
    }
    Ok(())
}
