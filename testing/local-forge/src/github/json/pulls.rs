//! Pull requests, their labels and comments.

use serde_json::{Map, Value, json};

use super::{RepoDetail, Urls, node_id, repository, simple_user};
use crate::core::Forge;
use crate::git::GitError;
use crate::github::trial_merge;
use crate::world::World;
use crate::world::accounts::UserId;
use crate::world::pulls::{Comment, Label, Pull, PullState};
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::Access;

/// How much of a pull request is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::github) enum Detail {
    /// In a list.
    Listed,
    /// On its own.
    Single,
}

fn label(urls: &Urls, label: &Label) -> Value {
    let name: String = url::form_urlencoded::byte_serialize(label.name.as_bytes()).collect();
    json!({
        "id": label.id,
        "node_id": node_id("Label", label.id),
        "url": format!("{}/labels/{}", urls.api, name.replace('+', "%20")),
        "name": label.name,
        "color": label.color,
        "default": false,
        "description": "",
    })
}

/// How its author stands to the repository.
fn association(repo: &Repository, author: UserId) -> &'static str {
    if repo.owner == author {
        return "OWNER";
    }
    if repo.collaborators.contains_key(&author) { "COLLABORATOR" } else { "NONE" }
}

/// A comment on a pull request, which is an issue's comment here.
pub(in crate::github) fn comment(
    base: &str,
    world: &World,
    urls: &Urls,
    id: RepoId,
    comment: &Comment,
) -> Value {
    let page = format!("{}/pull/{}#issuecomment-{}", urls.page, comment.pull, comment.id);
    json!({
        "url": format!("{}/issues/comments/{}", urls.api, comment.id),
        "html_url": page,
        "issue_url": format!("{}/issues/{}", urls.api, comment.pull),
        "id": comment.id,
        "node_id": node_id("IssueComment", comment.id),
        "user": simple_user(base, world.account_by_id(comment.author)),
        "created_at": comment.created.to_string(),
        "updated_at": comment.updated.to_string(),
        "author_association": association(world.repo(id), comment.author),
        "body": comment.body,
        "performed_via_github_app": null,
    })
}

/// A pull request.
pub(in crate::github) fn pull(
    forge: &Forge,
    world: &World,
    id: RepoId,
    pull: &Pull,
    detail: Detail,
) -> Result<Value, GitError> {
    let (repo, base) = (world.repo(id), &forge.base);
    let urls = Urls::of(forge, world, id);
    let number = pull.number;
    let (page, api) = (format!("{}/pull/{number}", urls.page), format!("{}/pulls/{number}", urls.api));
    let issue = format!("{}/issues/{number}", urls.api);
    let statuses = format!("{}/statuses/{}", urls.api, pull.head_sha);
    let labels = repo.labels.iter().filter(|label| pull.labels.contains(&label.id));
    let labels: Vec<_> = labels.map(|found| label(&urls, found)).collect();
    let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string());
    let trial = if pull.merged.is_some() { None } else { trial_merge(world, id, pull)? };
    let merge_commit = pull.merged.as_ref().map(|merged| merged.commit.clone()).or_else(|| trial.clone());
    let mut value = json!({
        "url": api,
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue,
        "number": number,
        "state": match pull.state { PullState::Open => "open", PullState::Closed => "closed" },
        "locked": false,
        "title": pull.title,
        "user": simple_user(base, world.account_by_id(pull.author)),
        "body": (!pull.body.is_empty()).then_some(&pull.body),
        "created_at": pull.created.to_string(),
        "updated_at": pull.updated.to_string(),
        "closed_at": time(pull.closed),
        "merged_at": time(pull.merged.as_ref().map(|merged| merged.at)),
        "merge_commit_sha": merge_commit,
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": labels,
        "milestone": null,
        "draft": false,
        "commits_url": format!("{api}/commits"),
        "review_comments_url": format!("{api}/comments"),
        "review_comment_url": format!("{}/pulls/comments{{/number}}", urls.api),
        "comments_url": format!("{issue}/comments"),
        "statuses_url": statuses,
        "head": side(forge, world, pull.head_repo, &pull.head, &pull.head_sha),
        "base": side(forge, world, id, &pull.base, &base_sha(repo, pull)?),
        "author_association": association(repo, pull.author),
        "auto_merge": null,
        "active_lock_reason": null,
    });
    value["_links"] = links(&value);
    if detail == Detail::Single {
        let more = single(base, world, id, pull, trial.is_some())?;
        value.as_object_mut().expect("it was made as an object").extend(more);
    }
    Ok(value)
}

/// The same places once more.
fn links(pull: &Value) -> Value {
    let names = [
        ("self", "url"),
        ("html", "html_url"),
        ("issue", "issue_url"),
        ("comments", "comments_url"),
        ("review_comments", "review_comments_url"),
        ("review_comment", "review_comment_url"),
        ("commits", "commits_url"),
        ("statuses", "statuses_url"),
    ];
    let links = names.iter().map(|(name, field)| ((*name).to_owned(), json!({ "href": pull[*field] })));
    Value::Object(links.collect())
}

/// What is told of a pull request on its own.
fn single(
    base: &str,
    world: &World,
    id: RepoId,
    pull: &Pull,
    mergeable: bool,
) -> Result<Map<String, Value>, GitError> {
    let repo = world.repo(id);
    let changes = world.pull_stats(id, pull)?;
    let commits = repo.git.count(&[&pull.head_sha, &format!("^{}", pull.merge_base)])?;
    let open = pull.state == PullState::Open;
    let state = match (open, mergeable) {
        (false, _) => "unknown",
        (true, false) => "dirty",
        (true, true) if world.checks_pass(id, pull) => "clean",
        (true, true) => "blocked",
    };
    let merged_by = pull.merged.as_ref().map(|merged| simple_user(base, world.account_by_id(merged.by)));
    let more = json!({
        "merged": pull.merged.is_some(),
        "mergeable": open.then_some(mergeable),
        "rebaseable": open.then_some(mergeable),
        "mergeable_state": state,
        "merged_by": merged_by,
        "comments": repo.comments.iter().filter(|comment| comment.pull == pull.number).count(),
        "review_comments": 0,
        "maintainer_can_modify": false,
        "commits": commits,
        "additions": changes.additions,
        "deletions": changes.deletions,
        "changed_files": changes.files,
    });
    Ok(more.as_object().cloned().unwrap_or_default())
}

/// Where the base stood: now while it is open, before the merge when it is merged.
fn base_sha(repo: &Repository, pull: &Pull) -> Result<String, GitError> {
    if let Some(merged) = &pull.merged {
        return Ok(merged.base_before.clone());
    }
    let tip = repo.git.resolve(&format!("refs/heads/{}", pull.base))?;
    Ok(tip.unwrap_or_else(|| pull.merge_base.clone()))
}

fn side(forge: &Forge, world: &World, id: RepoId, branch: &str, sha: &str) -> Value {
    let repo = world.repo(id);
    let owner = world.account_by_id(repo.owner);
    json!({
        "label": format!("{}:{branch}", owner.login),
        "ref": branch,
        "sha": sha,
        "user": simple_user(&forge.base, owner),
        "repo": repository(forge, world, repo, Access::None, RepoDetail::Listed),
    })
}
