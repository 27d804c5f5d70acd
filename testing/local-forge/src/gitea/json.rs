//! The objects of Gitea's API.

use serde_json::{Value, json};

use crate::core::Forge;
use crate::git::{Commit, GitError, Identity, TagObject};
use crate::world::World;
use crate::world::accounts::{Account, AccountKind, UserId};
use crate::world::pulls::{Comment, Label};
use crate::world::releases::{Release, ReleaseAsset};
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::{Access, Caller};

/// Which address of an account is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// The placeholder.
    Hidden,
    /// Its own: to itself, to the site's admin.
    Own,
}

pub(super) fn user(account: &Account, address: Address) -> Value {
    let email = match address {
        Address::Hidden => format!("{}@noreply.localhost", account.login),
        Address::Own => account.email.clone(),
    };
    json!({
        "id": account.id.0,
        "login": account.login,
        "full_name": account.full_name,
        "email": email,
        "username": account.login,
    })
}

/// An account as this caller sees it: people see their own address.
pub(super) fn user_for(world: &World, account: UserId, caller: &Caller) -> Value {
    let viewer = caller.account(world);
    let own = viewer.is_some_and(|viewer| viewer.id == account || viewer.site_admin);
    user(world.account_by_id(account), if own { Address::Own } else { Address::Hidden })
}

/// A repository, with the rights of whoever looks; nobody in particular has none.
pub(super) fn repository(forge: &Forge, world: &World, repo: &Repository, access: Access) -> Value {
    let base = &forge.base;
    let full_name = repo.full_name(world);
    // To those who may look, an organisation shows its address, which it has none.
    let address = if access == Access::None { Address::Hidden } else { Address::Own };
    let owner = world.account_by_id(repo.owner);
    let address = if owner.kind == AccountKind::Organization { address } else { Address::Hidden };
    json!({
        "id": repo.id.0,
        "owner": user(owner, address),
        "name": repo.name,
        "full_name": full_name,
        "description": "",
        "empty": false,
        "private": repo.private,
        "fork": repo.fork_of.is_some(),
        "archived": repo.archived,
        "default_branch": repo.default_branch,
        "html_url": format!("{base}/{full_name}"),
        "url": format!("{base}/api/v1/repos/{full_name}"),
        "clone_url": format!("{base}/{full_name}.git"),
        "permissions": {
            "admin": access >= Access::Admin,
            "push": access >= Access::Write,
            "pull": access >= Access::Read,
        },
        "has_pull_requests": true,
        "has_actions": repo.actions,
        "allow_merge_commits": true,
        "allow_squash_merge": true,
        "allow_rebase": true,
        "default_merge_style": "merge",
        "object_format_name": "sha1",
    })
}

/// URLs below one repository.
pub(super) struct Urls {
    /// The front page.
    pub(super) root: String,
    /// The page of the repository.
    pub(super) page: String,
    /// Its root in the API.
    pub(super) api: String,
}

impl Urls {
    pub(super) fn of(forge: &Forge, world: &World, id: RepoId) -> Self {
        let name = world.repo(id).full_name(world);
        let root = forge.base.clone();
        Self { page: format!("{root}/{name}"), api: format!("{root}/api/v1/repos/{name}"), root }
    }
}

pub(super) fn label(urls: &Urls, label: &Label) -> Value {
    json!({
        "id": label.id,
        "name": label.name,
        "exclusive": false,
        "is_archived": false,
        "color": label.color,
        "description": "",
        "url": format!("{}/labels/{}", urls.api, label.id),
    })
}

pub(super) fn comment(world: &World, urls: &Urls, comment: &Comment) -> Value {
    let page = format!("{}/pulls/{}", urls.page, comment.pull);
    json!({
        "id": comment.id,
        "html_url": format!("{page}#issuecomment-{}", comment.id),
        "pull_request_url": page,
        "issue_url": "",
        "user": user(world.account_by_id(comment.author), Address::Hidden),
        "original_author": "",
        "original_author_id": 0,
        "body": comment.body,
        "assets": [],
        "created_at": comment.created.to_string(),
        "updated_at": comment.updated.to_string(),
    })
}

pub(super) fn release(world: &World, urls: &Urls, release: &Release, author: UserId) -> Value {
    let Release { id, tag, .. } = release;
    let url = format!("{}/releases/{id}", urls.api);
    json!({
        "id": id,
        "tag_name": tag,
        "target_commitish": release.target,
        "name": release.name,
        "body": release.body,
        "url": url,
        "html_url": format!("{}/releases/tag/{tag}", urls.page),
        "tarball_url": format!("{}/archive/{tag}.tar.gz", urls.page),
        "zipball_url": format!("{}/archive/{tag}.zip", urls.page),
        "upload_url": format!("{url}/assets"),
        "draft": release.draft,
        "prerelease": release.prerelease,
        "created_at": release.created.to_string(),
        "published_at": release.created.to_string(),
        "author": user(world.account_by_id(author), Address::Hidden),
        "assets": release.assets.iter().map(|held| asset(urls, release, held)).collect::<Vec<_>>(),
    })
}

/// A file of a release. While no other file of it has the same name, its URL is made of the names.
pub(super) fn asset(urls: &Urls, release: &Release, asset: &ReleaseAsset) -> Value {
    let alike = release.assets.iter().filter(|other| other.name == asset.name).count();
    let place = if alike == 1 {
        let mut url = url::Url::parse("http://h").expect("it is a URL");
        let names = ["releases", "download", &release.tag, &asset.name];
        url.path_segments_mut().expect("http URLs have a path").extend(names);
        format!("{}{}", urls.page, url.path())
    } else {
        format!("{}/attachments/{}", urls.root, uuid(asset))
    };
    json!({
        "id": asset.id,
        "name": asset.name,
        "size": asset.bytes.len(),
        "download_count": 0,
        "created_at": asset.created.to_string(),
        "uuid": uuid(asset),
        "browser_download_url": place,
    })
}

/// What names an attachment on its own.
pub(super) fn uuid(asset: &ReleaseAsset) -> String {
    format!("{:08x}-0000-4000-8000-{:012x}", asset.id, asset.id)
}

/// The signature of something that was not signed.
pub(super) fn unsigned() -> Value {
    json!({
        "verified": false,
        "reason": "gpg.error.not_signed_commit",
        "signature": "",
        "signer": null,
        "payload": "",
    })
}

/// Name, address and date, as inside a commit.
pub(super) fn signature(identity: &Identity) -> Value {
    json!({ "name": identity.name, "email": identity.email, "date": identity.when.to_string() })
}

pub(super) fn tag_object(urls: &Urls, sha: &str, tag: &TagObject) -> Value {
    let TagObject { target, target_kind: kind, .. } = tag;
    json!({
        "tag": tag.name,
        "sha": sha,
        "url": format!("{}/git/tags/{sha}", urls.api),
        "message": tag.message,
        "tagger": signature(&tag.tagger),
        "object": { "type": kind, "url": format!("{}/git/{kind}s/{target}", urls.api), "sha": target },
        "verification": unsigned(),
    })
}

/// Which of the expensive parts of a commit are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct CommitParts {
    pub(super) stats: bool,
    pub(super) verification: bool,
    pub(super) files: bool,
}

/// A commit of a list.
pub(super) fn commit(
    world: &World,
    urls: &Urls,
    repo: &Repository,
    commit: &Commit,
    parts: CommitParts,
) -> Result<Value, GitError> {
    let Commit { sha, .. } = commit;
    let created = commit.committer.when.to_string();
    let (files, stats) = if parts.files || parts.stats {
        let (files, stats) = repo.git.commit_changes(commit)?;
        let files: Vec<_> =
            files.iter().map(|file| json!({ "filename": file.path, "status": file.status })).collect();
        let (additions, deletions) = (stats.additions, stats.deletions);
        let stats = json!({ "total": additions + deletions, "additions": additions, "deletions": deletions });
        (json!(files), stats)
    } else {
        (Value::Null, Value::Null)
    };
    let known = |identity: &Identity| {
        let account = world.accounts.iter().find(|account| account.email == identity.email);
        account.map_or(Value::Null, |account| user(account, Address::Hidden))
    };
    Ok(json!({
        "url": format!("{}/git/commits/{sha}", urls.api),
        "sha": sha,
        "created": created,
        "html_url": format!("{}/commit/{sha}", urls.page),
        "commit": {
            "url": format!("{}/git/commits/{sha}", urls.api),
            "author": signature(&commit.author),
            "committer": signature(&commit.committer),
            "message": commit.message,
            // Gitea names the commit where the tree should stand.
            "tree": { "url": format!("{}/git/trees/{sha}", urls.api), "sha": sha, "created": created },
            "verification": if parts.verification { unsigned() } else { Value::Null },
        },
        "author": known(&commit.author),
        "committer": known(&commit.committer),
        "parents": parents(urls, commit),
        "files": if parts.files { files } else { Value::Null },
        "stats": if parts.stats { stats } else { Value::Null },
    }))
}

/// What Go prints for a time that was never set.
pub(super) const NEVER: &str = "0001-01-01T00:00:00Z";

/// The parents of a commit.
pub(super) fn parents(urls: &Urls, commit: &Commit) -> Value {
    let parent = |sha: &String| json!({ "url": format!("{}/git/commits/{sha}", urls.api), "sha": sha, "created": NEVER });
    commit.parents.iter().map(parent).collect()
}
