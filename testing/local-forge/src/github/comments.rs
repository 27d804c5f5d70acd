//! `/issues/{number}/comments`: a pull request is an issue too.
//! <https://docs.github.com/en/rest/issues/comments>

use loopback::Response;
use serde_json::json;

use super::access::{lacking, not_archived, readable_by_any, signed_in, visible};
use super::json::{Urls, comment as comment_json};
use super::paging::{List, Page};
use super::reply::{body, error, field, json, not_found, required, validation_failed, with_header};
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller, Permission};

/// Either of them will do for a pull request's comments.
const EITHER: [Permission; 2] = [Permission::Issues, Permission::PullRequests];
const LONGEST: usize = 65_536;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable_by_any(call, &EITHER)?;
    let number = number(call, id)?;
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let comments = world.repo(id).comments.iter().filter(|comment| comment.pull == number);
    let comments: Vec<_> =
        comments.map(|comment| comment_json(&call.forge.base, &world, &urls, id, comment)).collect();
    let (page, total) = (Page::asked(call), comments.len());
    Ok(page.mark(call, List::Repository(id), json(200, &json!(page.cut(comments))), total))
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = commentable(call)?;
    let number = number(call, id)?;
    let asked = body(call)?;
    let text = text(&asked)?;
    let mut world = call.forge.world();
    let author = call.caller.user_id().ok_or_else(not_found)?;
    let comment = world.comment(id, number, author, text);
    drop(world);
    answer(call, id, comment, 201)
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = commentable(call)?;
    let comment = call.number("comment").ok_or_else(not_found)?;
    let asked = body(call)?;
    let text = text(&asked)?;
    let mut world = call.forge.world();
    let repo = world.repo(id);
    let found = repo.comments.iter().find(|found| found.id == comment).ok_or_else(not_found)?;
    let writer = call.caller.standing(&world, repo) >= Access::Write;
    if !writer && call.caller.user_id() != Some(found.author) {
        return Err(lacking(&call.caller, &EITHER));
    }
    world.edit_comment(id, comment, text);
    drop(world);
    answer(call, id, comment, 200)
}

fn text(asked: &serde_json::Value) -> Result<&str, Response> {
    let text = required(asked, "body")?;
    if text.trim().is_empty() {
        return Err(validation_failed("IssueComment", "body", "missing_field"));
    }
    if text.chars().count() > LONGEST {
        return Err(error(
            422,
            &format!("Validation Failed: body is too long (maximum is {LONGEST} characters)"),
        ));
    }
    Ok(text)
}

/// Any person may comment a public repository; a token must have been given one of the permissions.
fn commentable(call: &Call<'_>) -> Result<RepoId, Response> {
    let id = visible(call)?;
    signed_in(call)?;
    if let Caller::Known(token) = &call.caller
        && EITHER.iter().all(|permission| token.permissions.access(*permission) < Access::Write)
    {
        return Err(lacking(&call.caller, &EITHER));
    }
    not_archived(call, id)?;
    Ok(id)
}

fn number(call: &Call<'_>, id: RepoId) -> Result<u64, Response> {
    let number = call.number("number").ok_or_else(not_found)?;
    call.forge.world().repo(id).pull(number).map(|pull| pull.number).ok_or_else(not_found)
}

fn answer(call: &Call<'_>, id: RepoId, comment: u64, status: u16) -> Result<Response, Response> {
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    let found = world.repo(id).comments.iter().find(|found| found.id == comment).ok_or_else(not_found)?;
    let shown = comment_json(&call.forge.base, &world, &urls, id, found);
    let response = json(status, &shown);
    Ok(if status == 201 { with_header(response, "location", field(&shown, "url")) } else { response })
}
