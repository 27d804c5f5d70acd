//! Workflows and their runs.

use serde::Serialize;
use serde_json::{Value, json};

use super::{RepoDetail, Urls, node_id, repository, simple_user};
use crate::Conclusion;
use crate::core::Forge;
use crate::effects::workflow::WorkflowFile;
use crate::git::GitError;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::runs::Run;
use crate::world::tokens::Access;

/// The number of a workflow: of a path always the same, as on GitHub, where it survives the file.
pub(in crate::github) fn workflow_id(id: RepoId, path: &str) -> u64 {
    let mixed = path.bytes().fold(id.0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    mixed % 1_000_000_000
}

/// A workflow of the default branch.
pub(in crate::github) fn workflow(world: &World, urls: &Urls, id: RepoId, file: &WorkflowFile) -> Value {
    let repo = world.repo(id);
    let number = workflow_id(id, &file.path);
    let (name, created) = (&file.workflow.name, repo.created.to_string());
    json!({
        "id": number,
        "node_id": node_id("Workflow", number),
        "name": if name.is_empty() { &file.path } else { name },
        "path": file.path,
        "state": "active",
        "created_at": created,
        "updated_at": created,
        "url": format!("{}/actions/workflows/{number}", urls.api),
        "html_url": format!("{}/blob/{}/{}", urls.page, repo.default_branch, file.path),
        "badge_url": format!("{}/workflows/{}/badge.svg", urls.page, file.file_name()),
    })
}

/// A run with the repository that it is told with, twice: most of an answer, so that many runs share one.
#[derive(Debug, Serialize)]
pub(in crate::github) struct RunAt<'r> {
    #[serde(flatten)]
    run: Value,
    repository: &'r Value,
    head_repository: &'r Value,
}

/// What runs tell of their repository.
pub(in crate::github) fn home(forge: &Forge, world: &World, id: RepoId) -> Value {
    repository(forge, world, world.repo(id), Access::None, RepoDetail::Listed)
}

/// A run at its [`home`].
pub(in crate::github) fn run<'h>(
    forge: &Forge,
    world: &World,
    id: RepoId,
    home: &'h Value,
    run: &Run,
) -> Result<RunAt<'h>, GitError> {
    let (repo, base) = (world.repo(id), &forge.base);
    let urls = Urls::of(forge, world, id);
    let api = format!("{}/actions/runs/{}", urls.api, run.id);
    let workflow = workflow_id(id, &run.path);
    let conclusion = run.conclusion();
    let created = run.created.to_string();
    let actor = simple_user(base, world.account_by_id(run.actor));
    let commit = repo.git.read_commit(&run.sha)?.map(|commit| {
        json!({
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message.trim_end_matches('\n'),
            "timestamp": commit.committer.when.to_string(),
            "author": { "name": commit.author.name, "email": commit.author.email },
            "committer": { "name": commit.committer.name, "email": commit.committer.email },
        })
    });
    let suite = run.id + 1_000_000;
    let run = json!({
        "id": run.id,
        "name": if run.name.is_empty() { &run.path } else { &run.name },
        "node_id": node_id("WorkflowRun", run.id),
        "head_branch": run.ref_name(),
        "head_sha": run.sha,
        "path": run.path,
        "display_title": run.title,
        "run_number": run.number,
        "event": run.event,
        "status": run.status(),
        "conclusion": conclusion.map(Conclusion::name),
        "workflow_id": workflow,
        "check_suite_id": suite,
        "check_suite_node_id": node_id("CheckSuite", suite),
        "url": api,
        "html_url": format!("{}/actions/runs/{}", urls.page, run.id),
        "pull_requests": [],
        "created_at": created,
        "updated_at": created,
        "actor": actor,
        "run_attempt": 1,
        "referenced_workflows": [],
        "run_started_at": created,
        "triggering_actor": actor,
        "jobs_url": format!("{api}/jobs"),
        "logs_url": format!("{api}/logs"),
        "check_suite_url": format!("{}/check-suites/{suite}", urls.api),
        "artifacts_url": format!("{api}/artifacts"),
        "cancel_url": format!("{api}/cancel"),
        "rerun_url": format!("{api}/rerun"),
        "previous_attempt_url": null,
        "workflow_url": format!("{}/actions/workflows/{workflow}", urls.api),
        "head_commit": commit,
    });
    Ok(RunAt { run, repository: home, head_repository: home })
}
