//! The payloads that Gitea hands to jobs.

use serde_json::{Map, Value, json};

use super::json::{Address, Urls, label as label_json, repository, user};
use super::pull_json::{Detail, pull_json};
use crate::core::Forge;
use crate::events::PullAction;
use crate::git::{Commit, GitError, Identity, ZERO};
use crate::world::World;
use crate::world::accounts::UserId;
use crate::world::pulls::Pull;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Caller};

/// Gitea tells of at most so many commits of a push.
const COMMITS: &str = "-5";

pub(crate) fn push(
    forge: &Forge,
    world: &World,
    id: RepoId,
    (git_ref, before, after): (&str, &str, &str),
    pusher: UserId,
) -> Result<Value, GitError> {
    let repo = world.repo(id);
    let urls = Urls::of(forge, world, id);
    let told = if git_ref.starts_with("refs/tags/") {
        Vec::new()
    } else if before == ZERO {
        repo.git.log(&[COMMITS, after])?
    } else {
        repo.git.log(&[COMMITS, after, &format!("^{before}")])?
    };
    let told: Result<Vec<_>, _> = told.iter().map(|commit| push_commit(world, &urls, id, commit)).collect();
    let head = repo.git.read_commit(after)?;
    let head = head.map(|head| push_commit(world, &urls, id, &head)).transpose()?;
    let sender = user(world.account_by_id(pusher), Address::Hidden);
    Ok(json!({
        "after": after,
        "before": before,
        "commits": told?,
        "compare_url": format!("{}/compare/{before}...{after}", urls.page),
        "head_commit": head,
        "pusher": sender,
        "ref": git_ref,
        "repository": repository(forge, world, repo, Access::Admin),
        "sender": sender,
        "total_commits": 0,
    }))
}

fn push_commit(world: &World, urls: &Urls, id: RepoId, commit: &Commit) -> Result<Value, GitError> {
    let (files, _) = world.repo(id).git.commit_changes(commit)?;
    let paths = |status: &str| -> Vec<_> {
        files.iter().filter(|file| file.status == status).map(|file| file.path.clone()).collect()
    };
    Ok(json!({
        "added": paths("added"),
        "author": person(world, &commit.author),
        "committer": person(world, &commit.committer),
        "id": commit.sha,
        "message": commit.message,
        "modified": paths("modified"),
        "removed": paths("removed"),
        "timestamp": commit.committer.when.to_string(),
        "url": format!("{}/commit/{}", urls.page, commit.sha),
        "verification": null,
    }))
}

fn person(world: &World, identity: &Identity) -> Value {
    let account = world.accounts.iter().find(|account| account.email == identity.email);
    let login = account.map(|account| account.login.as_str()).unwrap_or_default();
    json!({ "email": identity.email, "name": identity.name, "username": login })
}

pub(crate) fn pull_request(
    forge: &Forge,
    world: &World,
    id: RepoId,
    pull: &Pull,
    action: PullAction<'_>,
) -> Result<Value, GitError> {
    let repo = world.repo(id);
    let sender = match (&pull.merged, action) {
        (Some(merged), PullAction::Closed) => merged.by,
        _ => pull.author,
    };
    let mut payload = json!({
        "action": match action {
            PullAction::Opened => "opened",
            PullAction::Synchronized => "synchronized",
            // Not `labeled`, as on GitHub.
            PullAction::Labeled(_) => "label_updated",
            PullAction::Closed => "closed",
        },
        "commit_id": "",
        "number": pull.number,
        "pull_request": pull_json(forge, world, id, pull, &Caller::Anonymous, Detail::Single)?,
        "repository": repository(forge, world, repo, Access::Write),
        "requested_reviewer": null,
        "review": null,
        "sender": user(world.account_by_id(sender), Address::Hidden),
    });
    if let PullAction::Labeled(name) = action {
        let urls = Urls::of(forge, world, id);
        let added = repo.labels.iter().filter(|label| label.name == name);
        let added: Vec<_> = added.map(|label| label_json(&urls, label)).collect();
        payload["changes"] = json!({ "added_labels": added, "removed_labels": null });
    }
    Ok(payload)
}

pub(crate) fn workflow_dispatch(
    forge: &Forge,
    world: &World,
    id: RepoId,
    (workflow, git_ref): (&str, &str),
    inputs: &Map<String, Value>,
    sender: UserId,
) -> Value {
    json!({
        "inputs": inputs,
        "ref": git_ref,
        "repository": repository(forge, world, world.repo(id), Access::None),
        "sender": user(world.account_by_id(sender), Address::Hidden),
        "workflow": workflow,
    })
}
