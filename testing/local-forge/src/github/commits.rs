//! `/commits` and `/compare`.
//! <https://docs.github.com/en/rest/commits/commits>

use loopback::Response;
use serde_json::{Value, json};

use super::access::readable;
use super::json::{Urls, commit as commit_json, path_in_url};
use super::paging::{List, Page};
use super::reply::{error, failed, json, not_found};
use crate::git::{BareRepository, Commit, FileChange};
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

/// The most files that a comparison tells, however many there are.
const MOST_FILES: usize = 300;

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let found = repo.git.read_commit(call.part("sha")).map_err(|error| failed(&error))?;
    let found = found.ok_or_else(|| no_commit(call.part("sha")))?;
    let urls = Urls::of(call.forge, &world, id);
    let mut value = commit_json(&call.forge.base, &world, &urls, id, &found);
    let from = found.parents.first().map_or(crate::git::EMPTY_TREE, String::as_str);
    let files = repo.git.diff(from, &found.sha).map_err(|error| failed(&error))?;
    let (additions, deletions) = files
        .iter()
        .fold((0, 0), |(added, deleted), file| (added + file.additions, deleted + file.deletions));
    value["stats"] =
        json!({ "total": additions + deletions, "additions": additions, "deletions": deletions });
    value["files"] = files.iter().take(MOST_FILES).map(|file| file_json(&urls, &found.sha, file)).collect();
    Ok(json(200, &value))
}

/// GitHub's words for a commit that it does not have.
pub(super) fn no_commit(sha: &str) -> Response {
    error(422, &format!("No commit found for SHA: {sha}"))
}

pub(super) fn compare(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let git = &world.repo(id).git;
    let (base_name, head_name) = call.part("range").split_once("...").ok_or_else(not_found)?;
    let base = resolve(git, base_name)?;
    let head = resolve(git, head_name)?;
    let parting = git.merge_base(&base, &head).map_err(|error| failed(&error))?;
    let parting = parting
        .ok_or_else(|| error(404, &format!("No common ancestor between {base_name} and {head_name}.")))?;
    let count = |from: &str, to: &str| git.count(&[to, &format!("^{from}")]).map_err(|error| failed(&error));
    let (ahead, behind) = (count(&base, &head)?, count(&head, &base)?);
    let status = match (ahead, behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let page = comparison_page(call);
    let mut commits = git.log(&[&head, &format!("^{base}")]).map_err(|error| failed(&error))?;
    commits.reverse();
    let urls = Urls::of(call.forge, &world, id);
    let shown = |commit: &Commit| commit_json(&call.forge.base, &world, &urls, id, commit);
    let listed: Vec<_> = page.cut(&commits).into_iter().map(shown).collect();
    let one = |sha: &str| {
        let found = git.read_commit(sha).map_err(|error| failed(&error))?;
        found.map(|commit| shown(&commit)).ok_or_else(not_found)
    };
    let range = format!("{base_name}...{head_name}");
    let own = format!("{}/compare/{range}", urls.page);
    let mut value = json!({
        "url": format!("{}/compare/{range}", urls.api),
        "html_url": own,
        "permalink_url": permalink(&world, id, &urls, &base, &head),
        "diff_url": format!("{own}.diff"),
        "patch_url": format!("{own}.patch"),
        "base_commit": one(&base)?,
        "merge_base_commit": one(&parting)?,
        "status": status,
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": listed,
    });
    // Only the first page tells the files, and all of them there.
    if page.number == 1 {
        let files = git.diff(&parting, &head).map_err(|error| failed(&error))?;
        value["files"] = files.iter().take(MOST_FILES).map(|file| file_json(&urls, &head, file)).collect();
    }
    Ok(page.mark(call, List::Repository(id), json(200, &value), ahead))
}

/// Without any wish there is one page of 250.
fn comparison_page(call: &Call<'_>) -> Page {
    if call.query("page").is_none() && call.query("per_page").is_none() {
        return Page { number: 1, limit: 250 };
    }
    Page::asked(call)
}

fn permalink(world: &World, id: RepoId, urls: &Urls, base: &str, head: &str) -> String {
    let repo = world.repo(id);
    let owner = &world.account_by_id(repo.owner).login;
    format!("{}/compare/{owner}:{}...{owner}:{}", urls.page, &base[..7], &head[..7])
}

/// A branch, a tag or a commit, with or without the owner in front of it.
fn resolve(git: &BareRepository, name: &str) -> Result<String, Response> {
    let name = name.split_once(':').map_or(name, |(_, name)| name);
    git.resolve(name).map_err(|error| failed(&error))?.ok_or_else(not_found)
}

/// A changed file as it stands at a commit.
fn file_json(urls: &Urls, at: &str, file: &FileChange) -> Value {
    let FileChange { path, status, blob, additions, deletions, previous } = file;
    let place = path_in_url(path);
    let mut value = json!({
        "sha": blob,
        "filename": path,
        "status": status,
        "additions": additions,
        "deletions": deletions,
        "changes": additions + deletions,
        "blob_url": format!("{}/blob/{at}/{place}", urls.page),
        "raw_url": format!("{}/raw/{at}/{place}", urls.page),
        "contents_url": format!("{}/contents/{place}?ref={at}", urls.api),
    });
    if let Some(previous) = previous {
        value["previous_filename"] = json!(previous);
    }
    value
}
