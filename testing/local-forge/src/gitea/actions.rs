//! `/actions`: dispatching workflows and finding their runs.

use loopback::Response;
use serde_json::{Map, Value, json};

use super::access::{signed_in, visible, writable};
use super::json::{Address, NEVER, Urls, repository, user};
use super::paging::Page;
use super::reply::{body, empty, error, failed, field, json, missing, not_found};
use crate::effects::runs::DispatchRefusal;
use crate::effects::workflow;
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::runs::{Job, Run};
use crate::world::tokens::{Access, Permission};

pub(super) fn dispatch(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Actions)?;
    // Without its part for actions a repository has no such routes; after Gitea's source, not recorded.
    if !call.forge.world().repo(id).actions {
        return Err(not_found(call));
    }
    let asked = body(call)?;
    let (file, git_ref) = (call.part("workflow"), field(&asked, "ref"));
    if git_ref.is_empty() {
        return Err(error(call, 422, "[Ref]: Required"));
    }
    // A bare name is a branch; a tag must be named in full.
    let full =
        if git_ref.starts_with("refs/") { git_ref.to_owned() } else { format!("refs/heads/{git_ref}") };
    let nothing = Map::new();
    let inputs = asked.get("inputs").and_then(Value::as_object).unwrap_or(&nothing);
    let mut world = call.forge.world();
    match world.dispatch_workflow(id, &call.caller, file, &full, inputs) {
        Ok(_) => Ok(empty(204)),
        Err(DispatchRefusal::NoRef) => Err(error(call, 404, &format!("ref \"{git_ref}\" doesn't exist"))),
        Err(DispatchRefusal::NoWorkflow) => {
            Err(error(call, 404, &format!("workflow \"{file}\" doesn't exist")))
        }
        Err(DispatchRefusal::Git(error)) => Err(failed(call, &error)),
    }
}

pub(super) fn workflows(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let urls = Urls::of(call.forge, &world, id);
    let branch = &repo.default_branch;
    let files = workflow::at(&repo.git, world.dialect, &format!("refs/heads/{branch}"));
    let files = files.map_err(|error| failed(call, &error))?;
    let created = repo.created.to_string();
    let listed: Vec<_> = files
        .iter()
        .map(|file| {
            let name = file.file_name();
            let called = &file.workflow.name;
            json!({
                "id": name,
                "name": if called.is_empty() { name } else { called },
                "path": file.path,
                "state": "active",
                "created_at": created,
                "updated_at": created,
                "url": format!("{}/actions/workflows/{name}", urls.api),
                "html_url": format!("{}/src/branch/{branch}/{}", urls.page, file.path),
                "badge_url": format!("{}/actions/workflows/{name}/badge.svg?branch={branch}", urls.page),
                "deleted_at": NEVER,
            })
        })
        .collect();
    Ok(json(200, &json!({ "workflows": listed, "total_count": listed.len() })))
}

pub(super) fn tasks(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let mut world = call.forge.world();
    let horizon = world.begin_run_list();
    let urls = Urls::of(call.forge, &world, id);
    let newest_first = world.repo(id).runs.iter().rev().filter(|run| run.id < horizon);
    let all: Vec<_> = newest_first
        .flat_map(|run| run.jobs_taken_up().iter().rev().map(move |job| (run, job)))
        .map(|(run, job)| task(&urls, run, job))
        .collect();
    let total = all.len();
    // A limit without a page is ignored.
    let shown = if call.query("page").is_some() { Page::asked(call).cut(all) } else { all };
    Ok(json(200, &json!({ "workflow_runs": shown, "total_count": total })))
}

/// How Gitea writes a time that has not come.
const NEVER_YET: &str = "1970-01-01T00:00:00Z";

fn task(urls: &Urls, run: &Run, job: &Job) -> Value {
    let created = run.created.to_string();
    json!({
        "id": job.id,
        "name": job.name,
        "head_branch": run.ref_name(),
        "head_sha": run.sha,
        "run_number": run.number,
        "event": run.event,
        "display_title": run.title,
        "status": run.conclusion_of_jobs().map_or("running", |conclusion| conclusion.name()),
        "workflow_id": run.workflow,
        "url": format!("{}/actions/runs/{}", urls.page, run.number),
        "created_at": created,
        "updated_at": created,
        "run_started_at": created,
    })
}

pub(super) fn runs(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    let world = call.forge.world();
    if call.caller.standing(&world, world.repo(id)) < Access::Admin {
        return Err(error(call, 403, "user should be the owner of the repo"));
    }
    let wanted = |name, value: &str| call.query(name).is_none_or(|wanted| wanted == value);
    let found: Vec<_> = world
        .repo(id)
        .runs
        .iter()
        .rev()
        .filter(|run| wanted("event", &run.event) && wanted("branch", run.ref_name()))
        .filter(|run| wanted("head_sha", &run.sha))
        .map(|run| run_json(call, &world, id, run))
        .collect();
    let total = found.len();
    let shown = Page::asked(call).cut(found);
    Ok(json(200, &json!({ "workflow_runs": shown, "total_count": total })))
}

pub(super) fn run(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let run = find(call, &world, id)?;
    Ok(json(200, &run_json(call, &world, id, run)))
}

pub(super) fn jobs(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let run = find(call, &world, id)?;
    let urls = Urls::of(call.forge, &world, id);
    let jobs: Vec<_> =
        run.jobs.iter().enumerate().map(|(index, job)| job_json(&urls, run, index, job)).collect();
    Ok(json(200, &json!({ "jobs": jobs, "total_count": jobs.len() })))
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: RepoId) -> Result<&'w Run, Response> {
    let wanted = call.number("run");
    world
        .repo(id)
        .runs
        .iter()
        .find(|run| Some(run.id) == wanted)
        .ok_or_else(|| missing(call, "not found", &["resource does not exist".to_owned()]))
}

fn run_json(call: &Call<'_>, world: &World, id: RepoId, run: &Run) -> Value {
    let urls = Urls::of(call.forge, world, id);
    let actor = user(world.account_by_id(run.actor), Address::Hidden);
    let conclusion = run.conclusion();
    let created = run.created.to_string();
    // What was never taken up has begun at no time, and what goes on has ended at none; after Gitea's source, not recorded.
    let started = if run.jobs_taken_up().is_empty() { NEVER_YET } else { &created };
    let cancelled = run.cancelled.map(|time| time.to_string());
    let ended = conclusion.map(|_| cancelled.as_deref().unwrap_or(&created));
    json!({
        "id": run.id,
        "url": format!("{}/actions/runs/{}", urls.api, run.id),
        "html_url": format!("{}/actions/runs/{}", urls.page, run.number),
        "display_title": run.title,
        "path": format!("{}@{}", run.workflow, run.git_ref),
        "event": run.event,
        "run_attempt": 0,
        "run_number": run.number,
        "head_sha": run.sha,
        "head_branch": run.ref_name(),
        "status": run.status(),
        "actor": actor,
        "trigger_actor": actor,
        "repository": repository(call.forge, world, world.repo(id), Access::None),
        "conclusion": conclusion.map(crate::Conclusion::name),
        "started_at": started,
        "completed_at": ended.unwrap_or(NEVER_YET),
    })
}

fn job_json(urls: &Urls, run: &Run, index: usize, job: &Job) -> Value {
    let conclusion = run.conclusion();
    let created = run.created.to_string();
    json!({
        "id": job.id,
        "url": format!("{}/actions/jobs/{}", urls.api, job.id),
        "html_url": format!("{}/actions/runs/{}/jobs/{index}", urls.page, run.number),
        "run_id": run.id,
        "run_url": format!("{}/actions/runs/{}", urls.api, run.id),
        "name": job.name,
        "labels": [job.runs_on],
        "run_attempt": 1,
        "head_sha": run.sha,
        "head_branch": run.ref_name(),
        "status": if conclusion.is_some() { "completed" } else { "in_progress" },
        "conclusion": conclusion.map(crate::Conclusion::name),
        "runner_id": 1,
        "runner_name": "h",
        "steps": null,
        "created_at": created,
        "started_at": created,
        "completed_at": created,
    })
}
