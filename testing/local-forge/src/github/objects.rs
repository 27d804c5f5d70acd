//! `/git/blobs`, `/git/trees` and `/git/commits`: objects, which are nothing to anybody without a ref.
//! <https://docs.github.com/en/rest/git>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use loopback::Response;
use serde_json::{Value, json};

use super::access::{readable, writable};
use super::json::{Urls, git_commit, node_id};
use super::refs::whole_sha;
use super::reply::{body, error, failed, field, invalid_request, json, not_found, required, with_header};
use crate::git::{BareRepository, Identity, NewEntry, TreeEntry};
use crate::routing::Call;
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

/// A listing of more entries than this is cut off.
const MOST_ENTRIES: usize = 100_000;

fn git(call: &Call<'_>, id: RepoId) -> BareRepository {
    call.forge.world().repo(id).git.clone()
}

pub(super) fn create_blob(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let content = required(&asked, "content")?;
    let bytes = match asked.get("encoding").and_then(Value::as_str).unwrap_or("utf-8") {
        "base64" => STANDARD
            .decode(content.replace('\n', ""))
            .map_err(|_| error(422, "content is not valid Base64"))?,
        "utf-8" => content.as_bytes().to_vec(),
        other => return Err(invalid_request(&format!("`{other}` is no encoding."))),
    };
    let sha = git(call, id).write_blob(&bytes).map_err(|error| failed(&error))?;
    let url = format!("{}/git/blobs/{sha}", urls(call, id).api);
    Ok(with_header(json(201, &json!({ "url": url, "sha": sha })), "location", &url))
}

pub(super) fn get_blob(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let sha = call.part("sha");
    whole_sha(sha)?;
    let git = git(call, id);
    let kind = git.ask(&["cat-file", "-t", sha]).map_err(|error| failed(&error))?;
    if kind.as_deref() != Some("blob") {
        return Err(not_found());
    }
    let bytes = git.blob(sha).map_err(|error| failed(&error))?;
    let url = format!("{}/git/blobs/{sha}", urls(call, id).api);
    let body = json!({
        "sha": sha,
        "node_id": node_id("Blob", sha),
        "size": bytes.len(),
        "url": url,
        "content": STANDARD.encode(&bytes) + "\n",
        "encoding": "base64",
    });
    Ok(json(200, &body))
}

pub(super) fn get_tree(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let git = git(call, id);
    let tree = git.tree_of(call.part("sha")).map_err(|error| failed(&error))?.ok_or_else(not_found)?;
    answer_tree(call, id, &tree, call.query("recursive").is_some(), 200)
}

pub(super) fn create_tree(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let git = git(call, id);
    let base = match asked.get("base_tree").and_then(Value::as_str) {
        Some(base) => {
            let tree = git.tree_of(base).map_err(|error| failed(&error))?;
            Some(tree.ok_or_else(|| error(422, "base_tree is not a valid tree oid"))?)
        }
        None => None,
    };
    let entries = asked.get("tree").and_then(Value::as_array);
    let entries = entries.ok_or_else(|| invalid_request("\"tree\" wasn't supplied."))?;
    let mut made = Vec::new();
    for entry in entries {
        made.push(new_entry(&git, entry)?);
    }
    let tree = git.write_tree(base.as_deref(), &made).map_err(|error| failed(&error))?;
    answer_tree(call, id, &tree, false, 201)
}

/// An entry as it was sent: with the id of a blob, with its text, or with neither, which takes the path away.
fn new_entry(git: &BareRepository, entry: &Value) -> Result<NewEntry, Response> {
    let path = required(entry, "path")?.to_owned();
    let mode = field(entry, "mode").to_owned();
    if !matches!(mode.as_str(), "100644" | "100755" | "120000") {
        return Err(error(422, "tree.mode is not a mode of a file"));
    }
    let blob = match (entry.get("content").and_then(Value::as_str), entry.get("sha")) {
        (Some(content), None) => Some(git.write_blob(content.as_bytes()).map_err(|error| failed(&error))?),
        (None, Some(Value::String(sha))) => {
            let kind = git.ask(&["cat-file", "-t", sha]).map_err(|error| failed(&error))?;
            if kind.as_deref() != Some("blob") {
                return Err(error(422, &format!("tree.sha {sha} is not a valid blob")));
            }
            Some(sha.clone())
        }
        (None, Some(Value::Null)) => None,
        (Some(_), Some(_)) | (None, _) => {
            return Err(error(422, "Must supply either tree.sha or tree.content"));
        }
    };
    Ok(NewEntry { path, mode, blob })
}

fn answer_tree(
    call: &Call<'_>,
    id: RepoId,
    tree: &str,
    recursive: bool,
    status: u16,
) -> Result<Response, Response> {
    let entries = git(call, id).tree(tree, None, recursive).map_err(|error| failed(&error))?;
    let urls = urls(call, id);
    let url = format!("{}/git/trees/{tree}", urls.api);
    let shown: Vec<_> = entries.iter().take(MOST_ENTRIES).map(|entry| entry_json(&urls, entry)).collect();
    let truncated = entries.len() > MOST_ENTRIES;
    let answer = json(status, &json!({ "sha": tree, "url": url, "tree": shown, "truncated": truncated }));
    Ok(if status == 201 { with_header(answer, "location", &url) } else { answer })
}

fn entry_json(urls: &Urls, entry: &TreeEntry) -> Value {
    let TreeEntry { mode, kind, sha, size, path } = entry;
    let url = format!("{}/git/{kind}s/{sha}", urls.api);
    let mut value = json!({ "path": path, "mode": mode, "type": kind, "sha": sha });
    // a submodule's commit is another repository's, and has no address
    if kind != "commit" {
        value["url"] = json!(url);
    }
    if let Some(size) = size {
        value["size"] = json!(size);
    }
    value
}

pub(super) fn get_commit(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let commit = git(call, id).read_commit(call.part("sha")).map_err(|error| failed(&error))?;
    let commit = commit.ok_or_else(not_found)?;
    Ok(json(200, &git_commit(&urls(call, id), id, &commit)))
}

pub(super) fn create_commit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let asked = body(call)?;
    let (message, tree) = (required(&asked, "message")?, required(&asked, "tree")?);
    whole_sha(tree)?;
    let git = git(call, id);
    let kind = git.ask(&["cat-file", "-t", tree]).map_err(|error| failed(&error))?;
    if kind.as_deref() != Some("tree") {
        return Err(error(422, "Tree SHA does not exist"));
    }
    let parents: Vec<&str> = asked
        .get("parents")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for parent in &parents {
        whole_sha(parent)?;
        if git.resolve(parent).map_err(|error| failed(&error))?.is_none() {
            return Err(error(422, "Parent SHA does not exist or is not a commit object"));
        }
    }
    let author = person(call, &asked, "author");
    let sha = git.write_commit(tree, &parents, message, &author, &author).map_err(|error| failed(&error))?;
    let commit = git.read_commit(&sha).map_err(|error| failed(&error))?.ok_or_else(not_found)?;
    let shown = git_commit(&urls(call, id), id, &commit);
    Ok(with_header(json(201, &shown), "location", field(&shown, "url")))
}

/// The person that was given, or whoever asks.
fn person(call: &Call<'_>, asked: &Value, name: &str) -> Identity {
    let mut world = call.forge.world();
    let now = world.clock.tick();
    if let Some(given) = asked.get(name).filter(|given| given.is_object()) {
        let when = field(given, "date").parse::<Timestamp>().unwrap_or(now);
        return Identity {
            name: field(given, "name").to_owned(),
            email: field(given, "email").to_owned(),
            when,
        };
    }
    let account = call.caller.account(&world).expect("whoever may write has an account");
    account.identity(now)
}

fn urls(call: &Call<'_>, id: RepoId) -> Urls {
    Urls::of(call.forge, &call.forge.world(), id)
}
