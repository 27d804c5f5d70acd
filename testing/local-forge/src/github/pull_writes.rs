//! Opening, changing and merging pull requests.
//! <https://docs.github.com/en/rest/pulls/pulls>

use loopback::Response;
use serde_json::{Value, json};

use super::access::{not_archived, readable, signed_in, writable};
use super::json::{Detail, pull as pull_json};
use super::reply::{body, error, failed, field, json, not_found, required, validation_failed, with_header};
use crate::effects::merging::MergeRefusal;
use crate::effects::pulls::{NewPull, OpenRefusal};
use crate::routing::Call;
use crate::world::World;
use crate::world::pulls::{MergeStyle, Pull};
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

pub(super) fn create(call: &Call<'_>) -> Result<Response, Response> {
    let id = readable(call, Permission::PullRequests)?;
    signed_in(call)?;
    writable(call, Permission::PullRequests)?;
    let asked = body(call)?;
    let (head, base) = (required(&asked, "head")?, required(&asked, "base")?);
    let owner = {
        let world = call.forge.world();
        world.account_by_id(world.repo(id).owner).login.clone()
    };
    // A head of this repository may be written with its owner in front.
    let head = head.strip_prefix(&format!("{owner}:")).unwrap_or(head);
    let new = NewPull {
        head,
        head_repo: id,
        base,
        title: required(&asked, "title")?,
        body: field(&asked, "body"),
        author: call.caller.user_id().ok_or_else(not_found)?,
    };
    let mut world = call.forge.world();
    let number = world.open_pull(id, &new).map_err(|refusal| match refusal {
        OpenRefusal::NoHead => validation_failed("PullRequest", "head", "invalid"),
        OpenRefusal::NoBase => validation_failed("PullRequest", "base", "invalid"),
        OpenRefusal::NothingNew => custom(&format!("No commits between {base} and {head}")),
        OpenRefusal::Exists(_) => custom(&format!("A pull request already exists for {owner}:{head}.")),
        OpenRefusal::Git(error) => failed(&error),
    })?;
    let shown = shown(call, &world, id, number)?;
    Ok(with_header(json(201, &shown), "location", field(&shown, "url")))
}

/// A refusal in words of its own.
fn custom(message: &str) -> Response {
    let errors = [json!({ "resource": "PullRequest", "code": "custom", "message": message })];
    let documentation = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request";
    json(
        422,
        &json!({
            "message": "Validation Failed",
            "errors": errors,
            "documentation_url": documentation,
            "status": "422",
        }),
    )
}

pub(super) fn edit(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::PullRequests)?;
    let number = number(call, id)?;
    let asked = body(call)?;
    let mut world = call.forge.world();
    if field(&asked, "state") == "closed" {
        world.close_pull(id, number);
    }
    let pull = world.repo_mut(id).pull_mut(number).ok_or_else(not_found)?;
    for (name, place) in [("title", &mut pull.title), ("body", &mut pull.body)] {
        if let Some(text) = asked.get(name).and_then(Value::as_str) {
            text.clone_into(place);
        }
    }
    Ok(json(200, &shown(call, &world, id, number)?))
}

pub(super) fn merge(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::Contents)?;
    let number = number(call, id)?;
    not_archived(call, id)?;
    let asked = body(call)?;
    let method = asked.get("merge_method").and_then(Value::as_str).unwrap_or("merge");
    let style = MergeStyle::from_name(method)
        .filter(|style| matches!(style, MergeStyle::Merge | MergeStyle::Squash | MergeStyle::Rebase));
    let style = style.ok_or_else(|| validation_failed("PullRequest", "merge_method", "invalid"))?;
    let mut world = call.forge.world();
    let pull: Pull = world.repo(id).pull(number).ok_or_else(not_found)?.clone();
    let expected = field(&asked, "sha");
    if pull.merged.is_none() && !expected.is_empty() && expected != pull.head_sha {
        return Err(error(409, "Head branch was modified. Review and try the merge again."));
    }
    let by = call.caller.user_id().ok_or_else(not_found)?;
    let merged = world.merge_pull(id, number, style, &call.caller, by);
    let commit = merged.map_err(|refusal| match refusal {
        MergeRefusal::NoPull => not_found(),
        MergeRefusal::ChecksMissing => error(405, &waiting(&world, id, &pull)),
        MergeRefusal::AlreadyMerged
        | MergeRefusal::Closed
        | MergeRefusal::Conflict
        | MergeRefusal::NotFastForward
        | MergeRefusal::NoSuchStyle => error(405, "Pull Request is not mergeable"),
        MergeRefusal::Git(error) => failed(&error),
    })?;
    let answer = json!({ "sha": commit, "merged": true, "message": "Pull Request successfully merged" });
    Ok(json(200, &answer))
}

/// What GitHub says of checks that are not there.
fn waiting(world: &World, id: RepoId, pull: &Pull) -> String {
    let rule = world.repo(id).branch_protection(&pull.base);
    let checks = rule.map(|rule| rule.required_checks.as_slice()).unwrap_or_default();
    match checks {
        [one] => format!("Required status check \"{one}\" is expected."),
        several => format!("{} of {} required status checks are expected.", several.len(), several.len()),
    }
}

fn number(call: &Call<'_>, id: RepoId) -> Result<u64, Response> {
    let number = call.number("number").ok_or_else(not_found)?;
    call.forge.world().repo(id).pull(number).map(|pull| pull.number).ok_or_else(not_found)
}

fn shown(call: &Call<'_>, world: &World, id: RepoId, number: u64) -> Result<Value, Response> {
    let pull = world.repo(id).pull(number).ok_or_else(not_found)?;
    pull_json(call.forge, world, id, pull, Detail::Single).map_err(|error| failed(&error))
}
