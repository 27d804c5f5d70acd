//! A pull request in Gitea's shape.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::json::{Address, Urls, label as label_json, repository, user, user_for};
use crate::core::Forge;
use crate::git::GitError;
use crate::world::World;
use crate::world::pulls::{Pull, PullState};
use crate::world::repositories::RepoId;
use crate::world::tokens::Caller;

/// How much of a pull request is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// In a list.
    Listed,
    /// On its own.
    Single,
}

/// A pull request as this viewer sees it.
pub(super) fn pull_json(
    forge: &Forge,
    world: &World,
    id: RepoId,
    pull: &Pull,
    viewer: &Caller,
    detail: Detail,
) -> Result<Value, GitError> {
    let repo = world.repo(id);
    let urls = Urls::of(forge, world, id);
    let page = format!("{}/pulls/{}", urls.page, pull.number);
    let labels: Vec<_> = repo
        .labels
        .iter()
        .filter(|label| pull.labels.contains(&label.id))
        .map(|label| label_json(&urls, label))
        .collect();
    let mut value = json!({
        "id": pull.id,
        "url": page,
        "number": pull.number,
        "user": user_for(world, pull.author, viewer),
        "title": pull.title,
        "body": pull.body,
        "labels": labels,
        "milestone": null,
        "assignee": null,
        "assignees": null,
        "requested_reviewers": null,
        "requested_reviewers_teams": null,
        "state": match pull.state { PullState::Open => "open", PullState::Closed => "closed" },
        "draft": false,
        "is_locked": false,
        "comments": repo.comments.iter().filter(|comment| comment.pull == pull.number).count(),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "mergeable": world.mergeable(id, pull)?,
        "merged": pull.merged.is_some(),
        "merged_at": time(pull.merged.as_ref().map(|merged| merged.at)),
        "merge_commit_sha": pull.merged.as_ref().map(|merged| &merged.commit),
        "merged_by": null,
        "allow_maintainer_edit": false,
        "base": base(forge, world, id, pull, viewer)?,
        "head": head(forge, world, pull, viewer)?,
        "merge_base": pull.merge_base,
        "due_date": null,
        "created_at": pull.created.to_string(),
        "updated_at": pull.updated.to_string(),
        "closed_at": time(pull.closed),
        "pin_order": 0,
    });
    if detail == Detail::Single {
        add_details(&mut value, world, id, pull)?;
    }
    Ok(value)
}

/// What a list does not tell.
fn add_details(value: &mut Value, world: &World, id: RepoId, pull: &Pull) -> Result<(), GitError> {
    let stats = world.pull_stats(id, pull)?;
    value["additions"] = json!(stats.additions);
    value["deletions"] = json!(stats.deletions);
    value["changed_files"] = json!(stats.files);
    for nobody in ["assignees", "requested_reviewers", "requested_reviewers_teams"] {
        value[nobody] = json!([]);
    }
    if let Some(merged) = &pull.merged {
        value["merged_by"] = user(world.account_by_id(merged.by), Address::Hidden);
    }
    Ok(())
}

fn time(time: Option<Timestamp>) -> Value {
    json!(time.map(|time| time.to_string()))
}

fn base(forge: &Forge, world: &World, id: RepoId, pull: &Pull, viewer: &Caller) -> Result<Value, GitError> {
    let repo = world.repo(id);
    // Where the branch stands now, also of a pull request that was merged long ago.
    let tip = repo.git.resolve(&format!("refs/heads/{}", pull.base))?;
    Ok(json!({
        "label": pull.base,
        "ref": pull.base,
        "sha": tip.unwrap_or_else(|| pull.merge_base.clone()),
        "repo_id": id.0,
        "repo": repository(forge, world, repo, viewer.standing(world, repo)),
    }))
}

fn head(forge: &Forge, world: &World, pull: &Pull, viewer: &Caller) -> Result<Value, GitError> {
    let repo = world.repo(pull.head_repo);
    let exists = repo.git.find_ref(&format!("refs/heads/{}", pull.head))?.is_some();
    Ok(json!({
        "label": pull.head,
        // A branch that is gone leaves the ref that keeps its commits.
        "ref": if exists { pull.head.clone() } else { format!("refs/pull/{}/head", pull.number) },
        "sha": pull.head_sha,
        "repo_id": repo.id.0,
        "repo": repository(forge, world, repo, viewer.standing(world, repo)),
    }))
}
