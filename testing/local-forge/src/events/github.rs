//! The payloads that GitHub hands to jobs, with users and repositories shortened to their main keys.
//!
//! Shapes: <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

use serde_json::{Map, Value, json};

use super::PullAction;
use crate::core::Forge;
use crate::effects::push::point_ref;
use crate::git::{Commit, GitError, Identity, ZERO};
use crate::world::World;
use crate::world::accounts::{Account, AccountKind, UserId};
use crate::world::pulls::{Label, Pull, PullState};
use crate::world::repositories::RepoId;

pub(super) fn push(
    forge: &Forge,
    world: &World,
    id: RepoId,
    (git_ref, before, after): (&str, &str, &str),
    pusher: UserId,
) -> Result<Value, GitError> {
    let repo = world.repo(id);
    let page = format!("{}/{}", forge.base, repo.full_name(world));
    let created = before == ZERO;
    let mut told = if created { Vec::new() } else { repo.git.log(&["-20", after, &format!("^{before}")])? };
    // Oldest first, other than Gitea.
    told.reverse();
    let told: Result<Vec<_>, _> = told.iter().map(|commit| push_commit(world, &page, id, commit)).collect();
    let head = repo.git.read_commit(after)?;
    let head = head.map(|head| push_commit(world, &page, id, &head)).transpose()?;
    let object = repo.git.find_ref(git_ref)?.map(|found| found.object);
    // An annotated tag's push names the tag object; the commit is in `head_commit`.
    let shown = object.filter(|_| git_ref.starts_with("refs/tags/")).unwrap_or_else(|| after.to_owned());
    let pusher = world.account_by_id(pusher);
    Ok(json!({
        "ref": git_ref,
        "before": before,
        "after": shown,
        "repository": repository(forge, world, id),
        "pusher": { "name": pusher.login, "email": pusher.email },
        "organization": organization(world, id),
        "sender": user(forge, pusher),
        "created": created,
        "deleted": false,
        "forced": !created && !repo.git.is_ancestor(before, after)?,
        "base_ref": null,
        "compare": format!("{page}/compare/{:.12}...{:.12}", before, after),
        "commits": told?,
        "head_commit": head,
    }))
}

fn push_commit(world: &World, page: &str, id: RepoId, commit: &Commit) -> Result<Value, GitError> {
    let (files, _) = world.repo(id).git.commit_changes(commit)?;
    let paths = |status: &str| -> Vec<_> {
        files.iter().filter(|file| file.status == status).map(|file| file.path.clone()).collect()
    };
    Ok(json!({
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": true,
        "message": commit.message.trim_end(),
        "timestamp": commit.committer.when.to_string(),
        "url": format!("{page}/commit/{}", commit.sha),
        "author": person(world, &commit.author),
        "committer": person(world, &commit.committer),
        "added": paths("added"),
        "removed": paths("removed"),
        "modified": paths("modified"),
    }))
}

fn person(world: &World, identity: &Identity) -> Value {
    let account = world.accounts.iter().find(|account| account.email == identity.email);
    let mut person = json!({ "name": identity.name, "email": identity.email });
    if let Some(account) = account {
        person["username"] = json!(account.login);
    }
    person
}

/// Ref and commit of a pull request's job: the test merge of an open one, the base of a merged one.
pub(super) fn pull_ref(world: &World, id: RepoId, pull: &Pull) -> Result<(String, String), GitError> {
    if let Some(merged) = &pull.merged {
        return Ok((format!("refs/heads/{}", pull.base), merged.commit.clone()));
    }
    let git = &world.repo(id).git;
    let name = format!("refs/pull/{}/merge", pull.number);
    let Some(base) = git.resolve(&format!("refs/heads/{}", pull.base))? else {
        return Ok((name, pull.head_sha.clone()));
    };
    let parting = git.merge_base(&base, &pull.head_sha)?.unwrap_or_else(|| base.clone());
    let Some(tree) = git.merge_trees(&parting, &base, &pull.head_sha)? else {
        return Ok((name, pull.head_sha.clone()));
    };
    let author = world.account_by_id(pull.author).identity(pull.updated);
    let message = format!("Merge {} into {base}", pull.head_sha);
    let merge = git.write_commit(&tree, &[&base, &pull.head_sha], &message, &author, &author)?;
    point_ref(git, &name, &merge)?;
    Ok((name, merge))
}

pub(super) fn pull_request(
    forge: &Forge,
    world: &World,
    id: RepoId,
    pull: &Pull,
    action: PullAction<'_>,
) -> Result<Value, GitError> {
    let sender = match (&pull.merged, action) {
        (Some(merged), PullAction::Closed) => merged.by,
        _ => pull.author,
    };
    let mut payload = json!({
        "action": match action {
            PullAction::Opened => "opened",
            PullAction::Synchronized => "synchronize",
            PullAction::Labeled(_) => "labeled",
            PullAction::Closed => "closed",
        },
        "number": pull.number,
        "pull_request": pull_json(forge, world, id, pull)?,
        "repository": repository(forge, world, id),
        "organization": organization(world, id),
        "sender": user(forge, world.account_by_id(sender)),
    });
    if let PullAction::Labeled(name) = action
        && let Some(found) = world.repo(id).labels.iter().find(|label| label.name == name)
    {
        payload["label"] = label(forge, world, id, found);
    }
    Ok(payload)
}

fn pull_json(forge: &Forge, world: &World, id: RepoId, pull: &Pull) -> Result<Value, GitError> {
    let repo = world.repo(id);
    let name = repo.full_name(world);
    let page = format!("{}/{name}/pull/{}", forge.base, pull.number);
    let labels = repo.labels.iter().filter(|label| pull.labels.contains(&label.id));
    let labels: Vec<_> = labels.map(|found| label(forge, world, id, found)).collect();
    let stats = world.pull_stats(id, pull)?;
    let commits = repo.git.count(&[&pull.head_sha, &format!("^{}", pull.merge_base)])?;
    let merged = pull.merged.as_ref();
    let tip = repo.git.resolve(&format!("refs/heads/{}", pull.base))?;
    let side = |repo: RepoId, branch: &str, sha: &str| {
        let owner = world.account_by_id(world.repo(repo).owner);
        json!({
            "label": format!("{}:{branch}", owner.login),
            "ref": branch,
            "sha": sha,
            "user": user(forge, owner),
            "repo": repository(forge, world, repo),
        })
    };
    Ok(json!({
        "url": format!("{}/api/v3/repos/{name}/pulls/{}", forge.base, pull.number),
        "id": pull.id,
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "number": pull.number,
        "state": match pull.state { PullState::Open => "open", PullState::Closed => "closed" },
        "locked": false,
        "title": pull.title,
        "user": user(forge, world.account_by_id(pull.author)),
        "body": if pull.body.is_empty() { Value::Null } else { json!(pull.body) },
        "created_at": pull.created.to_string(),
        "updated_at": pull.updated.to_string(),
        "closed_at": pull.closed.map(|time| time.to_string()),
        "merged_at": merged.map(|merged| merged.at.to_string()),
        "merge_commit_sha": merged.map(|merged| &merged.commit),
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": labels,
        "milestone": null,
        "draft": false,
        "head": side(pull.head_repo, &pull.head, &pull.head_sha),
        "base": side(id, &pull.base, tip.as_deref().unwrap_or(&pull.merge_base)),
        "author_association": "CONTRIBUTOR",
        "auto_merge": null,
        "merged": merged.is_some(),
        "mergeable": if merged.is_some() { Value::Null } else { json!(world.mergeable(id, pull)?) },
        "merged_by": merged.map(|merged| user(forge, world.account_by_id(merged.by))),
        "comments": repo.comments.iter().filter(|comment| comment.pull == pull.number).count(),
        "commits": commits,
        "additions": stats.additions,
        "deletions": stats.deletions,
        "changed_files": stats.files,
    }))
}

pub(super) fn workflow_dispatch(
    forge: &Forge,
    world: &World,
    id: RepoId,
    (workflow, git_ref): (&str, &str),
    inputs: &Map<String, Value>,
    sender: UserId,
) -> Value {
    json!({
        "inputs": inputs,
        "organization": organization(world, id),
        "ref": git_ref,
        "repository": repository(forge, world, id),
        "sender": user(forge, world.account_by_id(sender)),
        "workflow": format!(".github/workflows/{workflow}"),
    })
}

fn label(forge: &Forge, world: &World, id: RepoId, label: &Label) -> Value {
    let name = world.repo(id).full_name(world);
    json!({
        "id": label.id,
        "url": format!("{}/api/v3/repos/{name}/labels/{}", forge.base, label.name),
        "name": label.name,
        "color": label.color,
        "default": false,
        "description": null,
    })
}

fn user(forge: &Forge, account: &Account) -> Value {
    let Account { id, login, site_admin, .. } = account;
    json!({
        "login": login,
        "id": id.0,
        "url": format!("{}/api/v3/users/{login}", forge.base),
        "html_url": format!("{}/{login}", forge.base),
        "type": match account.kind {
            AccountKind::User => "User",
            AccountKind::Bot => "Bot",
            AccountKind::Organization => "Organization",
        },
        "site_admin": site_admin,
    })
}

fn organization(world: &World, id: RepoId) -> Value {
    let owner = world.account_by_id(world.repo(id).owner);
    json!({ "login": owner.login, "id": owner.id.0 })
}

fn repository(forge: &Forge, world: &World, id: RepoId) -> Value {
    let repo = world.repo(id);
    let name = repo.full_name(world);
    let base = &forge.base;
    json!({
        "id": id.0,
        "name": repo.name,
        "full_name": name,
        "private": repo.private,
        "owner": user(forge, world.account_by_id(repo.owner)),
        "html_url": format!("{base}/{name}"),
        "description": null,
        "fork": repo.fork_of.is_some(),
        "url": format!("{base}/api/v3/repos/{name}"),
        "clone_url": format!("{base}/{name}.git"),
        "archived": repo.archived,
        "default_branch": repo.default_branch,
        "visibility": if repo.private { "private" } else { "public" },
    })
}
