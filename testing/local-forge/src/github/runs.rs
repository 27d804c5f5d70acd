//! `/actions/runs`.
//! <https://docs.github.com/en/rest/actions/workflow-runs>

use jiff::Timestamp;
use loopback::Response;
use serde::Serialize;

use super::access::readable;
use super::json::{RunAt, home, run as run_json};
use super::paging::{List, Page};
use super::reply::{failed, json, not_found};
use super::workflows::known_path;
use crate::git::GitError;
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::runs::Run;
use crate::world::tokens::Permission;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Actions)?;
    let mut world = call.forge.world();
    let horizon = world.begin_run_list();
    answer(call, &world, id, |run| run.id < horizon)
}

pub(super) fn of_workflow(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Actions)?;
    let mut world = call.forge.world();
    let horizon = world.begin_run_list();
    let path = known_path(&world, id, call.part("workflow"))?;
    answer(call, &world, id, |run| run.path == path && run.id < horizon)
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Actions)?;
    let world = call.forge.world();
    let wanted = call.number("run");
    let run = world.repo(id).runs.iter().find(|run| Some(run.id) == wanted).ok_or_else(not_found)?;
    let home = home(call.forge, &world, id);
    Ok(json(200, &run_json(call.forge, &world, id, &home, run).map_err(|error| failed(&error))?))
}

#[derive(Serialize)]
struct Runs<'h> {
    total_count: usize,
    workflow_runs: Vec<RunAt<'h>>,
}

/// The runs that fit both the route and the query, newest first.
fn answer(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    belongs: impl Fn(&Run) -> bool,
) -> Result<Response, Response> {
    let wanted = |name, value: &str| call.query(name).is_none_or(|wanted| wanted == value);
    let runs: Vec<&Run> = world
        .repo(id)
        .runs
        .iter()
        .rev()
        .filter(|run| belongs(run))
        .filter(|run| wanted("event", &run.event) && wanted("branch", run.ref_name()))
        .filter(|run| wanted("head_sha", &run.sha))
        .filter(|run| wanted("actor", &world.account_by_id(run.actor).login))
        .filter(|run| call.query("status").is_none_or(|status| stands(run, status)))
        .filter(|run| call.query("created").is_none_or(|range| lies_in(run.created, range)))
        .collect();
    let (page, total) = (Page::asked(call), runs.len());
    let home = home(call.forge, world, id);
    let shown = page.cut(runs).into_iter().map(|run| run_json(call.forge, world, id, &home, run));
    let shown: Result<Vec<_>, GitError> = shown.collect();
    let shown = Runs { total_count: total, workflow_runs: shown.map_err(|error| failed(&error))? };
    Ok(page.mark(call, List::Repository(id), json(200, &shown), total))
}

/// Whether a run is of this status, which may also be a conclusion.
fn stands(run: &Run, status: &str) -> bool {
    match run.conclusion() {
        Some(conclusion) => status == "completed" || status == conclusion.name(),
        None => status == run.status(),
    }
}

/// Whether a time lies in a range of GitHub's search syntax: `>=T`, `>T`, `<=T`, `<T` or `T..T`.
fn lies_in(time: Timestamp, range: &str) -> bool {
    let parse = |text: &str| text.parse::<Timestamp>().ok();
    if let Some((from, to)) = range.split_once("..") {
        return parse(from).is_none_or(|from| time >= from) && parse(to).is_none_or(|to| time <= to);
    }
    let signs = [">=", "<=", ">", "<", ""];
    let found = signs.iter().find_map(|sign| Some((*sign, parse(range.strip_prefix(sign)?)?)));
    found.is_none_or(|(sign, edge)| match sign {
        ">=" => time >= edge,
        "<=" => time <= edge,
        ">" => time > edge,
        "<" => time < edge,
        _ => time == edge,
    })
}
