//! `/commits` and `/compare`.

use loopback::Response;
use serde_json::json;

use super::access::visible;
use super::json::{CommitParts, Urls, commit as commit_json};
use super::paging::Page;
use super::reply::{failed, json, not_found, with_header};
use crate::git::Commit;
use crate::routing::Call;
use crate::world::repositories::RepoId;

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let (git, default) = {
        let world = call.forge.world();
        (world.repo(id).git.clone(), world.repo(id).default_branch.clone())
    };
    let revision = call.query("sha").unwrap_or(&default);
    let tip = git.resolve(revision).map_err(|error| failed(call, &error))?;
    let tip = tip.ok_or_else(|| not_found(call))?;
    let mut range = vec![tip];
    if let Some(not) = call.query("not").filter(|not| !not.is_empty()) {
        let not = git.resolve(not).map_err(|error| failed(call, &error))?;
        range.push(format!("^{}", not.ok_or_else(|| not_found(call))?));
    }
    let mut arguments: Vec<&str> = range.iter().map(String::as_str).collect();
    let total = git.count(&arguments).map_err(|error| failed(call, &error))?;
    let page = Page::asked(call);
    let (skip, limit) = (format!("--skip={}", (page.number - 1) * page.limit), format!("-{}", page.limit));
    arguments.extend([skip.as_str(), limit.as_str()]);
    let commits = git.log(&arguments).map_err(|error| failed(call, &error))?;
    let asked = |name| call.query(name) != Some("false");
    let parts =
        CommitParts { stats: asked("stat"), verification: asked("verification"), files: asked("files") };
    let response = page.mark(call, listed(call, id, &commits, parts)?, total);
    Ok(with_header(response, "x-total", &total.to_string()))
}

/// One commit, in the shape that it has in a list. Not recorded: after Gitea's description of its API.
pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let git = call.forge.world().repo(id).git.clone();
    let commit = git.read_commit(call.part("sha")).map_err(|error| failed(call, &error))?;
    let commit = commit.ok_or_else(|| not_found(call))?;
    let asked = |name| call.query(name) != Some("false");
    let parts =
        CommitParts { stats: asked("stat"), verification: asked("verification"), files: asked("files") };
    let value = values(call, id, &[commit], parts)?.pop();
    Ok(json(200, &json!(value)))
}

fn listed(call: &Call<'_>, id: RepoId, commits: &[Commit], parts: CommitParts) -> Result<Response, Response> {
    let commits = values(call, id, commits, parts)?;
    Ok(json(200, &json!(commits)))
}

fn values(
    call: &Call<'_>,
    id: RepoId,
    commits: &[Commit],
    parts: CommitParts,
) -> Result<Vec<serde_json::Value>, Response> {
    let world = call.forge.world();
    let urls = Urls::of(call.forge, &world, id);
    commits
        .iter()
        .map(|commit| commit_json(&world, &urls, world.repo(id), commit, parts))
        .collect::<Result<_, _>>()
        .map_err(|error| failed(call, &error))
}

/// The commits of a pull request as they were before its merge, newest first.
pub(super) fn of_pull(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let (git, range) = {
        let world = call.forge.world();
        let number = call.number("number").ok_or_else(|| not_found(call))?;
        let pull = world.repo(id).pull(number).ok_or_else(|| not_found(call))?;
        (world.repo(id).git.clone(), [pull.head_sha.clone(), format!("^{}", pull.merge_base)])
    };
    let commits = git.log(&range.each_ref().map(String::as_str)).map_err(|error| failed(call, &error))?;
    let (page, total) = (Page::asked(call), commits.len());
    let asked = |name| call.query(name) != Some("false");
    let parts = CommitParts { stats: true, verification: asked("verification"), files: asked("files") };
    let response = listed(call, id, &page.cut(commits), parts)?;
    Ok(page.mark(call, response, total))
}

pub(super) fn compare(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let git = call.forge.world().repo(id).git.clone();
    let (base, head) = call.part("range").split_once("...").ok_or_else(|| not_found(call))?;
    let resolve =
        |name: &str| git.resolve(name).map_err(|error| failed(call, &error))?.ok_or_else(|| not_found(call));
    let (base, head) = (resolve(base)?, resolve(head)?);
    let commits = git.log(&[&head, &format!("^{base}")]).map_err(|error| failed(call, &error))?;
    let parts = CommitParts { stats: true, verification: true, files: true };
    let commits = values(call, id, &commits, parts)?;
    Ok(json(200, &json!({ "total_commits": commits.len(), "commits": commits })))
}
