//! `/contents` and `/git/trees`: reading files, and changing several in one commit.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use loopback::Response;
use serde_json::{Value, json};

use super::access::{not_archived, visible, writable_or};
use super::json::{NEVER, Urls, parents, signature, unsigned};
use super::paging::Page;
use super::reply::{body, broken, error, failed, field, json, missing};
use crate::effects::commits::BranchCommit;
use crate::git::{Commit, GitError, TreeEntry};
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let path = call.part("path");
    let revision = call.query("ref").unwrap_or(&repo.default_branch);
    let commit = repo.git.read_commit(revision).map_err(|error| failed(call, &error))?;
    let commit = commit.ok_or_else(|| {
        missing(call, "not found", &[format!("object does not exist [id: {revision}, rel_path: ]")])
    })?;
    let place = Place { world: &world, id, commit: &commit.sha, branch: revision };
    let folder = folder(call, &place, path).map_err(|error| failed(call, &error))?;
    if let Some(folder) = folder {
        return Ok(json(200, &folder));
    }
    let content = content(call, &place, path);
    let content = content.map_err(|error| failed(call, &error))?.ok_or_else(|| {
        let errors = [format!("object does not exist [id: , rel_path: {path}]")];
        missing(call, "GetContentsOrList", &errors)
    })?;
    Ok(json(200, &content))
}

/// A file's bytes as they are.
pub(super) fn raw(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let revision = call.query("ref").unwrap_or(&repo.default_branch);
    let commit = repo.git.read_commit(revision).map_err(|error| failed(call, &error))?;
    let commit = commit.ok_or_else(|| missing(call, "not found", &[]))?;
    let entry = entry(&world, id, &commit.sha, call.part("path")).map_err(|error| failed(call, &error))?;
    let entry = entry.ok_or_else(|| missing(call, "not found", &[]))?;
    let bytes = repo.git.blob(&entry.sha).map_err(|error| failed(call, &error))?;
    let mut response = Response::new(bytes.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

/// Where files are looked at.
struct Place<'a> {
    world: &'a World,
    id: RepoId,
    commit: &'a str,
    /// The branch, as the request called it.
    branch: &'a str,
}

/// The entries of a folder, without their contents; `None` when there is no such folder. Not recorded: after Gitea's
/// description of its API.
fn folder(call: &Call<'_>, place: &Place<'_>, path: &str) -> Result<Option<Value>, GitError> {
    let git = &place.world.repo(place.id).git;
    let path = path.trim_end_matches('/');
    let found = git.tree(place.commit, Some(path), false)?;
    if !found.iter().any(|entry| entry.kind == "tree" && entry.path == path) {
        return Ok(None);
    }
    let entries = git.tree(place.commit, Some(&format!("{path}/")), false)?;
    let entries: Result<Vec<_>, _> = entries.iter().map(|entry| described(call, place, entry)).collect();
    Ok(Some(json!(entries?)))
}

/// One file as it stands at a commit of a branch; `None` when there is none.
fn content(call: &Call<'_>, place: &Place<'_>, path: &str) -> Result<Option<Value>, GitError> {
    let Some(entry) = entry(place.world, place.id, place.commit, path)? else { return Ok(None) };
    let bytes = place.world.repo(place.id).git.blob(&entry.sha)?;
    let mut value = described(call, place, &entry)?;
    value["encoding"] = json!("base64");
    value["content"] = json!(STANDARD.encode(bytes));
    Ok(Some(value))
}

/// What is told of an entry, whether alone or in its folder.
fn described(call: &Call<'_>, place: &Place<'_>, entry: &TreeEntry) -> Result<Value, GitError> {
    let TreeEntry { sha, size, path, kind, .. } = entry;
    let Place { world, id, commit, branch } = place;
    let last = world.repo(*id).git.last_change(commit, path)?;
    let urls = Urls::of(call.forge, world, *id);
    let query: String = url::form_urlencoded::byte_serialize(branch.as_bytes()).collect();
    let own = format!("{}/contents/{path}?ref={query}", urls.api);
    let page = format!("{}/src/branch/{branch}/{path}", urls.page);
    let (kind, git) = if kind == "tree" { ("dir", "trees") } else { ("file", "blobs") };
    let object = format!("{}/git/{git}/{sha}", urls.api);
    let download = (kind == "file").then(|| format!("{}/raw/branch/{branch}/{path}", urls.page));
    Ok(json!({
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": sha,
        "last_commit_sha": last.as_ref().map(|last| &last.sha),
        "last_committer_date": last.as_ref().map(|last| last.committer.when.to_string()),
        "last_author_date": last.as_ref().map(|last| last.author.when.to_string()),
        "type": kind,
        "size": size.unwrap_or(0),
        "encoding": null,
        "content": null,
        "target": null,
        "url": own,
        "html_url": page,
        "git_url": object,
        "download_url": download,
        "submodule_git_url": null,
        "_links": { "self": own, "git": object, "html": page },
    }))
}

fn entry(world: &World, id: RepoId, revision: &str, path: &str) -> Result<Option<TreeEntry>, GitError> {
    let mut entries = world.repo(id).git.tree(revision, Some(path), false)?;
    entries.retain(|entry| entry.kind == "blob" && entry.path == path);
    Ok(entries.pop())
}

/// Not recorded: after Gitea's description of its API.
pub(super) fn blob(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let git = &world.repo(id).git;
    let sha = call.part("sha");
    let kind = if sha.starts_with('-') { Ok(None) } else { git.ask(&["cat-file", "-t", sha]) };
    if kind.map_err(|error| failed(call, &error))?.as_deref() != Some("blob") {
        return Err(missing(call, "not found", &[]));
    }
    let bytes = git.blob(sha).map_err(|error| failed(call, &error))?;
    let url = format!("{}/git/blobs/{sha}", Urls::of(call.forge, &world, id).api);
    let content = STANDARD.encode(&bytes);
    let body =
        json!({ "content": content, "encoding": "base64", "url": url, "sha": sha, "size": bytes.len() });
    Ok(json(200, &body))
}

pub(super) fn tree(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    let world = call.forge.world();
    let git = &world.repo(id).git;
    let revision = call.part("sha");
    let commit = git.resolve(revision).map_err(|error| failed(call, &error))?;
    let commit = commit.ok_or_else(|| missing(call, "not found", &[]))?;
    let entries = git.tree(&commit, None, call.query("recursive").is_some());
    let entries = entries.map_err(|error| failed(call, &error))?;
    let urls = Urls::of(call.forge, &world, id);
    let total = entries.len();
    let entries: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            // a submodule has none; after Gitea's source, not recorded
            let is_own = entry.kind != "commit";
            let url =
                if is_own { format!("{}/git/{}s/{}", urls.api, entry.kind, entry.sha) } else { String::new() };
            let TreeEntry { mode, kind, sha, size, path } = entry;
            json!({ "path": path, "mode": mode, "type": kind, "size": size.unwrap_or(0), "sha": sha, "url": url })
        })
        .collect();
    let url = format!("{}/git/trees/{commit}", urls.api);
    let body = json!({
        "sha": commit, "url": url, "tree": entries, "truncated": false, "page": 1, "total_count": total,
    });
    Ok(Page::count(json(200, &body), total))
}

/// What a request wants to do to files, and where.
struct Change<'a> {
    branch: &'a str,
    new_branch: &'a str,
    message: &'a str,
    files: &'a [Value],
}

pub(super) fn change(call: &Call<'_>) -> Result<Response, Response> {
    let refusal = "user should have a permission to write to the target branch";
    let id = writable_or(call, Permission::Contents, refusal)?;
    not_archived(call, id, "is not allowed to edit")?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    let default = world.repo(id).default_branch.clone();
    let change = Change {
        branch: Some(field(&asked, "branch")).filter(|branch| !branch.is_empty()).unwrap_or(&default),
        new_branch: field(&asked, "new_branch"),
        message: field(&asked, "message"),
        files: asked.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default(),
    };
    let target = target_branch(call, &world, id, &change)?;
    let start = start_commit(call, &world, id, &change)?;
    let files = planned(call, &world, id, start.as_deref(), change.files)?;
    let now = world.clock.tick();
    let author = call.caller.account(&world).map(|account| account.identity(now));
    let author = author.ok_or_else(|| broken(call))?;
    let base = start.as_deref();
    let commit = BranchCommit { branch: &target, base, files, message: change.message, author: &author };
    let sha = world.commit(id, &call.caller, commit).map_err(|error| failed(call, &error))?;
    if base.is_none() {
        world.repo_mut(id).default_branch.clone_from(&target);
    }
    let answer = committed(call, &world, id, &sha, &target, change.files);
    Ok(json(201, &answer.map_err(|error| failed(call, &error))?))
}

/// The branch that the commit goes to, if the caller may commit there.
fn target_branch(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    change: &Change<'_>,
) -> Result<String, Response> {
    let repo = world.repo(id);
    if change.new_branch.is_empty() || change.new_branch == change.branch {
        if repo.branch_protection(change.branch).is_some() {
            let login = call.caller.account(world).map(|account| account.login.clone()).unwrap_or_default();
            return Err(error(call, 403, &format!("user cannot commit to repo [user: {login}]")));
        }
        return Ok(change.branch.to_owned());
    }
    let name = format!("refs/heads/{}", change.new_branch);
    if repo.git.find_ref(&name).map_err(|error| failed(call, &error))?.is_some() {
        return Err(error(call, 422, &format!("branch already exists [name: {}]", change.new_branch)));
    }
    Ok(change.new_branch.to_owned())
}

/// The commit that is changed. In a repository without any branch there is none, and whatever branch is named begins
/// with the files that are created; after Gitea's source, not recorded.
fn start_commit(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    change: &Change<'_>,
) -> Result<Option<String>, Response> {
    let git = &world.repo(id).git;
    let start =
        git.resolve(&format!("refs/heads/{}", change.branch)).map_err(|error| failed(call, &error))?;
    if start.is_some() {
        return Ok(start);
    }
    if !git.refs("refs/heads/").map_err(|error| failed(call, &error))?.is_empty() {
        let message = format!("branch does not exist [repo_id: {} name: {}]", id.0, change.branch);
        return Err(error(call, 404, &message));
    }
    if change.files.iter().any(|file| field(file, "operation") == "delete") {
        return Err(error(call, 404, &format!("branch does not exist [name: {}]", change.branch)));
    }
    Ok(None)
}

/// The files as they are to be, if every operation fits what is there.
fn planned(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    start: Option<&str>,
    files: &[Value],
) -> Result<BTreeMap<String, Option<Vec<u8>>>, Response> {
    let mut planned = BTreeMap::new();
    for file in files {
        let path = field(file, "path");
        if path.is_empty() || path.split('/').any(|part| matches!(part, "" | "." | ".." | ".git")) {
            return Err(broken(call));
        }
        let present = start.map(|start| entry(world, id, start, path)).transpose();
        let present = present.map_err(|error| failed(call, &error))?.flatten();
        let content = STANDARD.decode(field(file, "content")).map_err(|_| broken(call))?;
        match (field(file, "operation"), present) {
            ("create", Some(_)) => {
                return Err(error(call, 422, &format!("repository file already exists [path: {path}]")));
            }
            ("update" | "delete", None) => {
                return Err(error(call, 404, &format!("object does not exist [id: , rel_path: {path}]")));
            }
            ("update" | "delete", Some(present)) if stale(file, &present) => {
                let (given, expected) = (field(file, "sha"), present.sha);
                let message = format!("sha does not match [given: {given}, expected: {expected}]");
                return Err(error(call, 422, &message));
            }
            ("create" | "update", _) => planned.insert(path.to_owned(), Some(content)),
            ("delete", _) => planned.insert(path.to_owned(), None),
            _ => return Err(broken(call)),
        };
    }
    Ok(planned)
}

/// Whether the request knew another version; one that knew none overwrites.
fn stale(file: &Value, present: &TreeEntry) -> bool {
    let given = field(file, "sha");
    !given.is_empty() && given != present.sha
}

fn committed(
    call: &Call<'_>,
    world: &World,
    id: RepoId,
    sha: &str,
    branch: &str,
    files: &[Value],
) -> Result<Value, GitError> {
    let urls = Urls::of(call.forge, world, id);
    let paths = files.iter().map(|file| field(file, "path"));
    let place = Place { world, id, commit: sha, branch };
    let told: Result<Vec<_>, _> = paths.map(|path| content(call, &place, path)).collect();
    let told = told?;
    let commit = world.repo(id).git.read_commit(sha)?;
    Ok(json!({
        "files": if told.is_empty() { Value::Null } else { json!(told) },
        "commit": commit.map(|commit| file_commit(&urls, &commit)),
        "verification": unsigned(),
    }))
}

/// The commit of a change of files, in its own shape.
fn file_commit(urls: &Urls, commit: &Commit) -> Value {
    let Commit { sha, tree, .. } = commit;
    json!({
        "url": format!("{}/git/commits/{sha}", urls.api),
        "sha": sha,
        "created": NEVER,
        "html_url": format!("{}/commit/{sha}", urls.page),
        "author": signature(&commit.author),
        "committer": signature(&commit.committer),
        "parents": parents(urls, commit),
        "message": commit.message,
        "tree": { "url": format!("{}/git/trees/{tree}", urls.api), "sha": tree, "created": NEVER },
    })
}
