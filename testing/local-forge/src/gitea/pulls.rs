//! `/pulls`, and from a commit to its pull request.

use loopback::Response;
use serde_json::{Value, json};

use super::access::{not_archived, signed_in, visible, writable};
use super::paging::Page;
use super::pull_json::{Detail, pull_json};
use super::reply::{body, error, failed, field, json, not_found};
use crate::effects::pulls::{NewPull, OpenRefusal};
use crate::routing::Call;
use crate::world::World;
use crate::world::accounts::ACTIONS;
use crate::world::pulls::{Pull, PullState};
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn of_commit(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let mut world = call.forge.world();
    let view = world.begin_lookup();
    let sha = call.part("sha");
    let repo = world.repo(id);
    // Only the very commit that the merge ended with counts: the others of a rebase are not found.
    let found = repo
        .pulls
        .iter()
        .find(|pull| view.shows(pull) && pull.merged.as_ref().is_some_and(|merged| merged.commit == sha));
    let pull = found.ok_or_else(|| {
        let message = format!(
            "pull request does not exist [id: 0, issue_id: 0, head_repo_id: 0, base_repo_id: {}, head_branch: , base_branch: ]",
            id.0
        );
        error(call, 404, &message)
    })?;
    answer(call, &world, id, pull, 200)
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let mut world = call.forge.world();
    let known = world.knows_mergeability();
    let number = call.number("number").ok_or_else(|| not_found(call))?;
    let pull = world.repo(id).pull(number).ok_or_else(|| not_found(call))?;
    let shown = pull_json(call.forge, &world, id, pull, &call.caller, Detail::Single);
    let mut shown = shown.map_err(|error| failed(call, &error))?;
    if !known {
        shown["mergeable"] = json!(false);
    }
    Ok(json(200, &shown))
}

pub(super) fn of_branches(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let found = world.repo(id).pulls.iter().rev().find(|pull| {
        pull.state == PullState::Open && pull.base == call.part("base") && pull.head == call.part("head")
    });
    answer(call, &world, id, found.ok_or_else(|| not_found(call))?, 200)
}

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let mut world = call.forge.world();
    let state = call.query("state").unwrap_or("open");
    // Only a list with closed ones in it is a lookup of merges.
    let view = (state != "open").then(|| world.begin_lookup());
    let mut pulls: Vec<&Pull> = world
        .repo(id)
        .pulls
        .iter()
        .filter(|pull| match state {
            "open" => pull.state == PullState::Open,
            "closed" => pull.state == PullState::Closed,
            _ => true,
        })
        .filter(|pull| view.is_none_or(|view| view.shows(pull)))
        .collect();
    pulls.sort_by_key(|pull| match call.query("sort") {
        Some("recentupdate") => std::cmp::Reverse((pull.updated, pull.number)),
        _ => std::cmp::Reverse((pull.created, pull.number)),
    });
    let (page, total) = (Page::asked(call), pulls.len());
    let listed: Result<Vec<_>, _> = page
        .cut(pulls)
        .into_iter()
        .map(|pull| pull_json(call.forge, &world, id, pull, &call.caller, Detail::Listed))
        .collect();
    let listed = listed.map_err(|error| failed(call, &error))?;
    Ok(page.mark(call, json(200, &json!(listed)), total))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    not_archived(call, id, "is archived")?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    let new = NewPull {
        head: field(&asked, "head"),
        head_repo: id,
        base: field(&asked, "base"),
        title: field(&asked, "title"),
        body: field(&asked, "body"),
        author: call.caller.user_id().unwrap_or(ACTIONS),
    };
    let number = world.open_pull(id, &new).map_err(|refusal| match refusal {
        OpenRefusal::NoHead | OpenRefusal::NoBase => not_found(call),
        OpenRefusal::NothingNew => {
            error(call, 422, "Invalid PullRequest: There are no changes between the head and the base")
        }
        OpenRefusal::Exists(number) => {
            let existing = world.repo(id).pull(number).map_or(0, |pull| pull.id);
            let message = format!(
                "pull request already exists for these targets [id: {existing}, issue_id: {number}, head_repo_id: {repo}, base_repo_id: {repo}, head_branch: {}, base_branch: {}]",
                new.head,
                new.base,
                repo = id.0
            );
            error(call, 409, &message)
        }
        OpenRefusal::Git(error) => failed(call, &error),
    })?;
    let pull = world.repo(id).pull(number).ok_or_else(|| not_found(call))?;
    answer(call, &world, id, pull, 201)
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::PullRequests)?;
    let number = call.number("number").ok_or_else(|| not_found(call))?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    if field(&asked, "state") == "closed" {
        world.close_pull(id, number);
    }
    let pull = world.repo_mut(id).pull_mut(number).ok_or_else(|| not_found(call))?;
    for (name, place) in [("title", &mut pull.title), ("body", &mut pull.body)] {
        if let Some(text) = asked.get(name).and_then(Value::as_str) {
            text.clone_into(place);
        }
    }
    let pull = world.repo(id).pull(number).ok_or_else(|| not_found(call))?;
    answer(call, &world, id, pull, 201)
}

fn answer(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    pull: &Pull,
    status: u16,
) -> Result<Response, Response> {
    let pull = pull_json(call.forge, world, id, pull, &call.caller, Detail::Single);
    Ok(json(status, &pull.map_err(|error| failed(call, &error))?))
}
