//! `/issues/{number}/comments`.

use loopback::Response;
use serde_json::{Value, json};

use super::access::{in_scope, not_archived, signed_in, visible};
use super::json::{Urls, comment as comment_json};
use super::paging::Page;
use super::reply::{body, error, field, json, not_found};
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Holder, Permission, Token};

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let number = number(call, id)?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let comments = world.repo(id).comments.iter().filter(|comment| comment.pull == number);
    let comments: Vec<Value> = comments.map(|comment| comment_json(&world, &urls, comment)).collect();
    Ok(Page::count(json(200, &json!(comments)), comments.len()))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = commentable(call)?;
    let number = number(call, id)?;
    let asked = body(call)?;
    if field(&asked, "body").is_empty() {
        return Err(error(call, 422, "[Body]: Required"));
    }
    let mut world = call.forge.world();
    let author = call.caller.user_id().ok_or_else(|| not_found(call))?;
    let comment = world.comment(id, number, author, field(&asked, "body"));
    drop(world);
    answer(call, id, comment, 201)
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = commentable(call)?;
    let comment = call.number("comment").ok_or_else(|| not_found(call))?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    let repo = world.repo(id);
    let found = repo.comments.iter().find(|found| found.id == comment).ok_or_else(|| not_found(call))?;
    let writer = call.caller.access(&world, repo, Permission::Issues) >= Access::Write;
    if !writer && call.caller.user_id() != Some(found.author) {
        return Err(error(call, 403, "user should have a permission to write to a repo"));
    }
    world.edit_comment(id, comment, field(&asked, "body"));
    drop(world);
    answer(call, id, comment, 200)
}

/// Any signed-in user may comment a public repository; a token must be of the right scope.
fn commentable(call: &Call<'_>) -> Result<RepoId, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    in_scope(call, Permission::Issues)?;
    if let Caller::Known(Token { holder: Holder::Job(_), permissions, .. }) = &call.caller
        && permissions.access(Permission::Issues) < Access::Write
        && permissions.access(Permission::PullRequests) < Access::Write
    {
        return Err(error(call, 403, "user should have a permission to write to a repo"));
    }
    not_archived(call, id, "is archived")?;
    Ok(id)
}

fn number(call: &Call<'_>, id: RepoId) -> Result<u64, Response> {
    let number = call.number("number").ok_or_else(|| not_found(call))?;
    call.forge.world().repo(id).pull(number).map(|pull| pull.number).ok_or_else(|| not_found(call))
}

fn answer(call: &Call<'_>, id: RepoId, comment: u64, status: u16) -> Result<Response, Response> {
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let found = world.repo(id).comments.iter().find(|found| found.id == comment);
    let found = found.ok_or_else(|| not_found(call))?;
    Ok(json(status, &comment_json(&world, &urls, found)))
}
