//! Repositories.

use serde_json::{Map, Value, json};

use super::{node_id, simple_user};
use crate::core::Forge;
use crate::world::World;
use crate::world::accounts::AccountKind;
use crate::world::pulls::PullState;
use crate::world::repositories::Repository;
use crate::world::tokens::Access;

/// How much of a repository is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::github) enum RepoDetail {
    /// In a list, or beside something else.
    Listed,
    /// On its own.
    Full,
}

/// Names of its URL fields, and what stands behind the repository's own.
const URLS: [(&str, &str); 35] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
];

/// A repository, with the rights of whoever looks; strangers are not told theirs.
pub(in crate::github) fn repository(
    forge: &Forge,
    world: &World,
    repo: &Repository,
    access: Access,
    detail: RepoDetail,
) -> Value {
    let base = &forge.base;
    let full_name = repo.full_name(world);
    let owner = world.account_by_id(repo.owner);
    let (page, api) = (format!("{base}/{full_name}"), format!("{base}/api/v3/repos/{full_name}"));
    let host = base.trim_start_matches("http://");
    let time = repo.created.to_string();
    let open = repo.pulls.iter().filter(|pull| pull.state == PullState::Open).count();
    let forks = world.repositories.values().filter(|fork| fork.fork_of == Some(repo.id)).count();
    let mut fields = object(json!({
        "id": repo.id.0,
        "node_id": node_id("Repository", repo.id.0),
        "name": repo.name,
        "full_name": full_name,
        "private": repo.private,
        "owner": simple_user(base, owner),
        "html_url": page,
        "fork": repo.fork_of.is_some(),
        "url": api,
        "trees_url": format!("{api}/git/trees{{/sha}}"),
        "created_at": time,
        "updated_at": time,
        "pushed_at": time,
        "git_url": format!("git://{host}/{full_name}.git"),
        "ssh_url": format!("git@{host}:{full_name}.git"),
        "clone_url": format!("{page}.git"),
        "svn_url": page,
        "archived": repo.archived,
        "is_template": repo.template,
        "topics": repo.topics,
        "forks": forks,
        "open_issues": open,
        "forks_count": forks,
        "open_issues_count": open,
        "visibility": if repo.private { "private" } else { "public" },
        "default_branch": repo.default_branch,
    }));
    fields.extend(unremarkable());
    for (name, suffix) in URLS {
        fields.insert(name.to_owned(), format!("{api}{suffix}").into());
    }
    if access > Access::None {
        let (admin, push) = (access >= Access::Admin, access >= Access::Write);
        let rights = json!({ "admin": admin, "maintain": admin, "push": push, "triage": push, "pull": true });
        fields.insert("permissions".to_owned(), rights);
    }
    if detail == RepoDetail::Full {
        fields.extend(settings(world, repo, base));
        fields.insert("network_count".to_owned(), forks.into());
        if let Some(parent) = repo.fork_of.map(|id| world.repo(id)) {
            let parent = repository(forge, world, parent, Access::None, RepoDetail::Listed);
            fields.insert("source".to_owned(), parent.clone());
            fields.insert("parent".to_owned(), parent);
        }
    }
    Value::Object(fields)
}

/// What is the same of every repository here.
fn unremarkable() -> Map<String, Value> {
    object(json!({
        "description": null,
        "homepage": null,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "watchers": 0,
        "language": null,
        "has_issues": true,
        "has_projects": true,
        "has_downloads": true,
        "has_wiki": true,
        "has_pages": false,
        "has_discussions": false,
        "mirror_url": null,
        "disabled": false,
        "license": null,
        "allow_forking": true,
        "web_commit_signoff_required": false,
    }))
}

/// What is told of a repository on its own.
fn settings(world: &World, repo: &Repository, base: &str) -> Map<String, Value> {
    let mut settings = object(json!({
        "temp_clone_token": "",
        "allow_squash_merge": true,
        "allow_merge_commit": true,
        "allow_rebase_merge": true,
        "allow_auto_merge": repo.auto_merge,
        "delete_branch_on_merge": false,
        "allow_update_branch": false,
        "use_squash_pr_title_as_default": false,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
        "subscribers_count": 0,
    }));
    let owner = world.account_by_id(repo.owner);
    if owner.kind == AccountKind::Organization {
        settings.insert("organization".to_owned(), simple_user(base, owner));
    }
    settings
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
