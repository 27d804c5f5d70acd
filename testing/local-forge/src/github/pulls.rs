//! `/pulls`, and from a commit to its pull requests.
//! <https://docs.github.com/en/rest/pulls/pulls>

use loopback::Response;
use serde_json::{Value, json};

use super::access::readable;
use super::associations::Associations;
use super::commits::no_commit;
use super::json::{Detail, Urls, commit as commit_json, pull as pull_json};
use super::paging::{List, Page};
use super::reply::{failed, json, not_found};
use crate::git::GitError;
use crate::routing::Call;
use crate::world::World;
use crate::world::pulls::{Pull, PullState};
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

/// The list of a pull request's commits ends here.
const MOST_COMMITS: usize = 250;

pub(super) fn of_commit(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::PullRequests)?;
    let mut world = call.forge.world();
    let view = world.begin_lookup();
    let repo = world.repo(id);
    let commit = repo.git.resolve(call.part("sha")).map_err(|error| failed(&error))?;
    let commit = commit.ok_or_else(|| no_commit(call.part("sha")))?;
    let associations = Associations::read(&world, id, view).map_err(|error| failed(&error))?;
    answer(call, &world, id, associations.of(&world, &commit))
}

pub(super) fn list(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::PullRequests)?;
    let mut world = call.forge.world();
    let state = call.query("state").unwrap_or("open");
    // Only a list with closed ones in it is a lookup of merges.
    let view = (state != "open").then(|| world.begin_lookup());
    let repo = world.repo(id);
    let mut pulls: Vec<&Pull> = repo
        .pulls
        .iter()
        .filter(|pull| match state {
            "open" => pull.state == PullState::Open,
            "closed" => pull.state == PullState::Closed,
            _ => true,
        })
        .filter(|pull| view.is_none_or(|view| view.shows(pull)))
        .filter(|pull| call.query("base").is_none_or(|base| base == pull.base))
        .filter(|pull| call.query("head").is_none_or(|head| head == label_of_head(&world, pull)))
        .collect();
    let updated = call.query("sort") == Some("updated");
    pulls.sort_by_key(|pull| if updated { (pull.updated, pull.number) } else { (pull.created, pull.number) });
    let newest_first = call.query("sort").is_none_or(|sort| sort == "created");
    if call.query("direction").map_or(newest_first, |direction| direction == "desc") {
        pulls.reverse();
    }
    answer(call, &world, id, pulls.into_iter().map(|pull| (id, pull)).collect())
}

fn label_of_head(world: &World, pull: &Pull) -> String {
    let owner = world.repo(pull.head_repo).owner;
    format!("{}:{}", world.account_by_id(owner).login, pull.head)
}

/// A page of pull requests, each with the repository that it is in.
fn answer(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    pulls: Vec<(RepoId, &Pull)>,
) -> Result<Response, Response> {
    let (page, total) = (Page::asked(call), pulls.len());
    let shown = page
        .cut(pulls)
        .into_iter()
        .map(|(base, pull)| pull_json(call.forge, world, base, pull, Detail::Listed));
    let shown: Result<Vec<Value>, GitError> = shown.collect();
    let shown = shown.map_err(|error| failed(&error))?;
    Ok(page.mark(call, List::Repository(id), json(200, &json!(shown)), total))
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::PullRequests)?;
    let world = call.forge.world();
    let pull = find(call, &world, id)?;
    let shown = pull_json(call.forge, &world, id, pull, Detail::Single).map_err(|error| failed(&error))?;
    Ok(json(200, &shown))
}

pub(super) fn commits(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::PullRequests)?;
    let world = call.forge.world();
    let pull = find(call, &world, id)?;
    let range = [pull.head_sha.as_str(), &format!("^{}", pull.merge_base)];
    let mut commits = world.repo(id).git.log(&range).map_err(|error| failed(&error))?;
    commits.reverse();
    commits.truncate(MOST_COMMITS);
    let urls = Urls::of(call.forge, &world, id);
    let (page, total) = (Page::asked(call), commits.len());
    let shown = page.cut(&commits).into_iter();
    let shown: Vec<_> =
        shown.map(|commit| commit_json(&call.forge.base, &world, &urls, id, commit)).collect();
    Ok(page.mark(call, List::Repository(id), json(200, &json!(shown)), total))
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: RepoId) -> Result<&'w Pull, Response> {
    let number = call.number("number").ok_or_else(not_found)?;
    world.repo(id).pull(number).ok_or_else(not_found)
}
