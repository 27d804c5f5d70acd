//! `/actions/workflows`: finding and dispatching workflows.
//! <https://docs.github.com/en/rest/actions/workflows>

use loopback::Response;
use serde_json::{Map, Value, json};

use super::access::{readable, writable};
use super::json::{Urls, workflow as workflow_json, workflow_id};
use super::paging::{List, Page};
use super::reply::{body, empty, error, failed, invalid_request, json, not_found, required};
use crate::effects::runs::DispatchRefusal;
use crate::effects::workflow::{self, WorkflowFile};
use crate::git::BareRepository;
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

/// From this version of the API on, a dispatch always tells its run.
const TELLS_THE_RUN: &str = "2026-03-10";

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Actions)?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let files = files_of_default_branch(&world, id)?;
    let listed: Vec<_> = files.iter().map(|file| workflow_json(&world, &urls, id, file)).collect();
    let (page, total) = (Page::asked(call), listed.len());
    let shown = json!({ "total_count": total, "workflows": page.cut(listed) });
    Ok(page.mark(call, List::Repository(id), json(200, &shown), total))
}

pub(super) fn dispatch(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Actions)?;
    let asked = body(call)?;
    let name = required(&asked, "ref")?;
    permitted_keys(call, &asked)?;
    let nothing = Map::new();
    let inputs = asked.get("inputs").and_then(Value::as_object).unwrap_or(&nothing);
    let mut world = call.forge.world();
    let path = known_path(&world, id, call.part("workflow"))?;
    let file_name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let git = world.repo(id).git.clone();
    let full = full_ref(&git, name)?.ok_or_else(|| error(422, &format!("No ref found for: {name}")))?;
    check_trigger(&git, &world, &full, &path, inputs)?;
    let run = world.dispatch_workflow(id, &call.caller, &file_name, &full, inputs);
    let run = run.map_err(|refusal| match refusal {
        DispatchRefusal::NoRef | DispatchRefusal::NoWorkflow => not_found(),
        DispatchRefusal::Git(error) => failed(&error),
    })?;
    let version = call.request.headers().get("x-github-api-version");
    let always = version.is_some_and(|version| version == TELLS_THE_RUN);
    if !always && asked.get("return_run_details").and_then(Value::as_bool) != Some(true) {
        return Ok(empty(204));
    }
    let urls = Urls::of(call.forge, &world, id);
    let run = json!({
        "workflow_run_id": run,
        "run_url": format!("{}/actions/runs/{run}", urls.api),
        "html_url": format!("{}/actions/runs/{run}", urls.page),
    });
    Ok(json(200, &run))
}

/// Refuses a key that this forge's version of the route does not know.
fn permitted_keys(call: &Call<'_>, asked: &Value) -> Result<(), Response> {
    let tells_runs = !call.forge.world().conditions.old_dispatch;
    let known = |key: &str| matches!(key, "ref" | "inputs") || (tells_runs && key == "return_run_details");
    let unknown = asked.as_object().into_iter().flatten().map(|(key, _)| key).find(|key| !known(key));
    unknown.map_or(Ok(()), |key| Err(invalid_request(&format!("\"{key}\" is not a permitted key."))))
}

/// Refuses a workflow that does not wait for a dispatch, and inputs that it does not declare.
fn check_trigger(
    git: &BareRepository,
    world: &World,
    full_ref: &str,
    path: &str,
    inputs: &Map<String, Value>,
) -> Result<(), Response> {
    let files = workflow::at(git, world.dialect, full_ref).map_err(|error| failed(&error))?;
    let declared = files.into_iter().find(|file| file.path == path).and_then(|file| file.workflow.dispatch);
    let declared =
        declared.ok_or_else(|| error(422, "Workflow does not have 'workflow_dispatch' trigger"))?;
    let unexpected: Vec<_> = inputs.keys().filter(|name| !declared.contains_key(*name)).collect();
    if unexpected.is_empty() {
        return Ok(());
    }
    Err(error(422, &format!("Unexpected inputs provided: {}", json!(unexpected))))
}

/// A full ref, or the short name of a branch or else of a tag.
fn full_ref(git: &BareRepository, name: &str) -> Result<Option<String>, Response> {
    let tried = match name.strip_prefix("refs/") {
        Some(_) => vec![name.to_owned()],
        None => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
    };
    for full in tried {
        if git.find_ref(&full).map_err(|error| failed(&error))?.is_some() {
            return Ok(Some(full));
        }
    }
    Ok(None)
}

/// The path of a workflow that GitHub knows: one of the default branch, or one that has run. It is asked
/// for by its file name or its number.
pub(super) fn known_path(world: &World, id: RepoId, asked: &str) -> Result<String, Response> {
    let files = files_of_default_branch(world, id)?.into_iter().map(|file| file.path);
    let ran = world.repo(id).runs.iter().map(|run| run.path.clone());
    let fits =
        |path: &String| path.rsplit('/').next() == Some(asked) || workflow_id(id, path).to_string() == asked;
    files.chain(ran).find(fits).ok_or_else(not_found)
}

fn files_of_default_branch(world: &World, id: RepoId) -> Result<Vec<WorkflowFile>, Response> {
    let repo = world.repo(id);
    let branch = format!("refs/heads/{}", repo.default_branch);
    workflow::at(&repo.git, world.dialect, &branch).map_err(|error| failed(&error))
}
