//! Commits, refs and tag objects.

use serde_json::{Value, json};

use super::{Urls, node_id, simple_user};
use crate::git::{Commit, Identity, Ref, TagObject};
use crate::world::World;
use crate::world::repositories::RepoId;

/// A name with a time, as it stands in an object.
fn signature(identity: &Identity) -> Value {
    json!({ "name": identity.name, "email": identity.email, "date": identity.when.to_string() })
}

/// The signature of something that was not signed.
fn unsigned() -> Value {
    json!({ "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null })
}

/// A commit with its authors as accounts, without its files.
pub(in crate::github) fn commit(
    base: &str,
    world: &World,
    urls: &Urls,
    id: RepoId,
    commit: &Commit,
) -> Value {
    let sha = &commit.sha;
    let account = |identity: &Identity| {
        let known = world.accounts.iter().find(|account| account.email == identity.email);
        known.map_or(Value::Null, |account| simple_user(base, account))
    };
    let parent = |sha: &String| {
        json!({
            "sha": sha,
            "url": format!("{}/commits/{sha}", urls.api),
            "html_url": format!("{}/commit/{sha}", urls.page),
        })
    };
    json!({
        "sha": sha,
        "node_id": node_id("Commit", format_args!("{}:{sha}", id.0)),
        "commit": {
            "author": signature(&commit.author),
            "committer": signature(&commit.committer),
            "message": commit.message.trim_end_matches('\n'),
            "tree": { "sha": commit.tree, "url": format!("{}/git/trees/{}", urls.api, commit.tree) },
            "url": format!("{}/git/commits/{sha}", urls.api),
            "comment_count": 0,
            "verification": unsigned(),
        },
        "url": format!("{}/commits/{sha}", urls.api),
        "html_url": format!("{}/commit/{sha}", urls.page),
        "comments_url": format!("{}/commits/{sha}/comments", urls.api),
        "author": account(&commit.author),
        "committer": account(&commit.committer),
        "parents": commit.parents.iter().map(parent).collect::<Value>(),
    })
}

/// A commit as git has it, without accounts.
pub(in crate::github) fn git_commit(urls: &Urls, id: RepoId, commit: &Commit) -> Value {
    let sha = &commit.sha;
    let parent = |sha: &String| {
        json!({
            "sha": sha,
            "url": format!("{}/git/commits/{sha}", urls.api),
            "html_url": format!("{}/commit/{sha}", urls.page),
        })
    };
    json!({
        "sha": sha,
        "node_id": node_id("Commit", format_args!("{}:{sha}", id.0)),
        "url": format!("{}/git/commits/{sha}", urls.api),
        "html_url": format!("{}/commit/{sha}", urls.page),
        "author": signature(&commit.author),
        "committer": signature(&commit.committer),
        "tree": { "sha": commit.tree, "url": format!("{}/git/trees/{}", urls.api, commit.tree) },
        "message": commit.message.trim_end_matches('\n'),
        "parents": commit.parents.iter().map(parent).collect::<Value>(),
        "verification": unsigned(),
    })
}

/// A ref, pointing at what it points at: at the tag object of an annotated tag.
pub(in crate::github) fn reference(urls: &Urls, id: RepoId, found: &Ref) -> Value {
    let Ref { name, object, kind, .. } = found;
    json!({
        "ref": name,
        "node_id": node_id("Ref", format_args!("{}:{name}", id.0)),
        "url": format!("{}/git/{name}", urls.api),
        "object": { "sha": object, "type": kind, "url": format!("{}/git/{kind}s/{object}", urls.api) },
    })
}

/// A tag object.
pub(in crate::github) fn tag_object(urls: &Urls, id: RepoId, sha: &str, tag: &TagObject) -> Value {
    json!({
        "node_id": node_id("Tag", format_args!("{}:{sha}", id.0)),
        "tag": tag.name,
        "sha": sha,
        "url": format!("{}/git/tags/{sha}", urls.api),
        "message": tag.message.strip_suffix('\n').unwrap_or(&tag.message),
        "tagger": signature(&tag.tagger),
        "object": {
            "sha": tag.target,
            "type": tag.target_kind,
            "url": format!("{}/git/{}s/{}", urls.api, tag.target_kind, tag.target),
        },
        "verification": unsigned(),
    })
}
