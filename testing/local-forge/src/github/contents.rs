//! `/contents`: files and folders at a commit.
//! <https://docs.github.com/en/rest/repos/contents>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;
use loopback::Response;
use serde_json::{Value, json};

use super::access::readable;
use super::json::{Urls, path_in_url};
use super::reply::{bytes, error, failed, json, not_found};
use crate::git::TreeEntry;
use crate::routing::Call;
use crate::world::tokens::Permission;

/// A file larger than this is told without its content.
const LARGEST_INLINE: u64 = 1 << 20;

pub(super) fn root(call: &Call<'_>) -> Result<Response, Response> {
    at(call, "")
}

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    at(call, call.part("path"))
}

fn at(call: &Call<'_>, path: &str) -> Result<Response, Response> {
    let id = readable(call, Permission::Contents)?;
    let world = call.forge.world();
    let repo = world.repo(id);
    let name = call.query("ref").unwrap_or(&repo.default_branch);
    let commit = repo.git.resolve(name).map_err(|error| failed(&error))?;
    let commit = commit.ok_or_else(|| error(404, &format!("No commit found for the ref {name}")))?;
    let place = Place { urls: Urls::of(call.forge, &world, id), name };
    let entry = (!path.is_empty()).then_some(path);
    let found = repo.git.tree(&commit, entry, false).map_err(|error| failed(&error))?;
    let folder = match found.as_slice() {
        [] if !path.is_empty() => return Err(not_found()),
        [one] if one.kind == "blob" && one.path == path => {
            let content = repo.git.blob(&one.sha).map_err(|error| failed(&error))?;
            if one.mode == "120000" && raw_media_type(call).is_some() {
                // a link to a file of the repository gives that file
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = format!("{folder}/{}", String::from_utf8_lossy(&content));
                return at(call, target.trim_start_matches('/'));
            }
            return Ok(file(call, &place, one, content));
        }
        [one] if one.kind == "tree" && one.path == path => {
            repo.git.tree(&commit, Some(&format!("{path}/")), false).map_err(|error| failed(&error))?
        }
        _ => found,
    };
    let entries: Vec<_> = folder.iter().map(|entry| place.entry(entry)).collect();
    Ok(json(200, &json!(entries)))
}

fn file(call: &Call<'_>, place: &Place<'_>, entry: &TreeEntry, content: Vec<u8>) -> Response {
    if let Some(kind) = raw_media_type(call) {
        return bytes(200, content, &format!("{kind}; charset=utf-8"));
    }
    let mut value = place.entry(entry);
    let inline = entry.size.is_none_or(|size| size <= LARGEST_INLINE);
    value["encoding"] = json!(if inline { "base64" } else { "none" });
    value["content"] = json!(if inline { wrapped(&STANDARD.encode(content)) } else { String::new() });
    json(200, &value)
}

/// The raw media type that was asked for, as it was asked for.
fn raw_media_type<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    let accept = call.request.headers().get(header::ACCEPT)?.to_str().ok()?;
    accept.split(',').map(str::trim).find(|kind| {
        let kind = kind.strip_suffix("+json").unwrap_or(kind);
        kind.starts_with("application/vnd.github.") && kind.rsplit('.').next() == Some("raw")
    })
}

/// Base64 in lines of sixty, each with a newline.
fn wrapped(text: &str) -> String {
    let lines = text.as_bytes().chunks(60).map(|line| String::from_utf8_lossy(line) + "\n");
    lines.collect()
}

/// Where the entries are looked at.
struct Place<'a> {
    urls: Urls,
    /// The branch, tag or commit that was asked for.
    name: &'a str,
}

impl Place<'_> {
    fn entry(&self, entry: &TreeEntry) -> Value {
        let TreeEntry { path, sha, kind, size, .. } = entry;
        let (api, page, name) = (&self.urls.api, &self.urls.page, self.name);
        let (kind, folder) = match kind.as_str() {
            "tree" => ("dir", "trees"),
            "commit" => ("submodule", "trees"),
            _ => ("file", "blobs"),
        };
        let shown = if kind == "file" { "blob" } else { "tree" };
        let place = path_in_url(path);
        let own = format!("{api}/contents/{place}?ref={name}");
        let html = format!("{page}/{shown}/{name}/{place}");
        let git = format!("{api}/git/{folder}/{sha}");
        json!({
            "name": path.rsplit('/').next(),
            "path": path,
            "sha": sha,
            "size": size.unwrap_or(0),
            "url": own,
            "html_url": html,
            "git_url": git,
            "download_url": (kind == "file").then(|| format!("{page}/raw/{name}/{place}")),
            "type": kind,
            "_links": { "self": own, "git": git, "html": html },
        })
    }
}
