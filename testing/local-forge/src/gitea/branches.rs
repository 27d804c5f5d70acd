//! `/branches`.

use loopback::Response;
use serde_json::{Value, json};

use super::access::{not_archived, visible, writable};
use super::json::{Urls, unsigned};
use super::reply::{body, empty, error, failed, field, json, not_found};
use crate::effects::tags::RefRefusal;
use crate::git::Identity;
use crate::routing::Call;
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Permission};

pub(super) fn get(call: &Call<'_>) -> Result<Response, Response> {
    let id = visible(call)?;
    answer(call, id, call.part("branch"), 200)
}

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    not_archived(call, id, "is archived")?;
    let asked = body(call)?;
    let name = field(&asked, "new_branch_name");
    let old = match field(&asked, "old_ref_name") {
        "" => call.forge.world().repo(id).default_branch.clone(),
        old => old.to_owned(),
    };
    let git = call.forge.world().repo(id).git.clone();
    let start = git.resolve(&old).map_err(|error| failed(call, &error))?;
    let start = start.ok_or_else(|| error(call, 404, "The old branch does not exist"))?;
    match call.forge.create_ref(id, &call.caller, &format!("refs/heads/{name}"), &start) {
        Ok(_) => answer(call, id, name, 201),
        Err(RefRefusal::Git(error)) => Err(failed(call, &error)),
        Err(_) => Err(error(call, 409, "The branch already exists.")),
    }
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    not_archived(call, id, "is archived")?;
    let name = format!("refs/heads/{}", call.part("branch"));
    call.forge.delete_ref(id, &name).map_err(|error| failed(call, &error))?;
    // Also of a branch that was not there.
    Ok(empty(204))
}

fn answer(call: &Call<'_>, id: RepoId, branch: &str, status: u16) -> Result<Response, Response> {
    let world = call.forge.world();
    let repo = world.repo(id);
    let commit = repo.git.read_commit(&format!("refs/heads/{branch}"));
    let commit = commit.map_err(|error| failed(call, &error))?.ok_or_else(|| not_found(call))?;
    let urls = Urls::of(call.forge, &world, id);
    let rule = repo.branch_protection(branch);
    let writer = call.caller.standing(&world, repo) >= Access::Write;
    let checks: Vec<_> = rule.iter().flat_map(|rule| &rule.required_checks).collect();
    Ok(json(
        status,
        &json!({
            "name": branch,
            "commit": {
                "id": commit.sha,
                "message": commit.message,
                "url": format!("{}/commit/{}", urls.page, commit.sha),
                "author": person(&world, &commit.author),
                "committer": person(&world, &commit.committer),
                "verification": unsigned(),
                "timestamp": commit.committer.when.to_string(),
                "added": null,
                "removed": null,
                "modified": null,
            },
            "protected": rule.is_some(),
            "required_approvals": 0,
            "enable_status_check": !checks.is_empty(),
            "status_check_contexts": checks,
            "user_can_push": writer && rule.is_none(),
            "user_can_merge": writer,
            "effective_branch_protection_name": rule.map(|rule| rule.branch.as_str()).unwrap_or_default(),
        }),
    ))
}

/// The author of a commit, with the name of the account when there is one.
fn person(world: &World, identity: &Identity) -> Value {
    let account = world.accounts.iter().find(|account| account.email == identity.email);
    let login = account.map(|account| account.login.as_str()).unwrap_or_default();
    json!({ "name": identity.name, "email": identity.email, "username": login })
}
