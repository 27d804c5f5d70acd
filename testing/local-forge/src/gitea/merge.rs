//! `/pulls/{number}/merge`.

use loopback::Response;
use serde_json::Value;

use super::access::{not_archived, writable};
use super::reply::{body, empty, error, failed, field, not_found};
use crate::effects::merging::MergeRefusal;
use crate::routing::Call;
use crate::world::accounts::ACTIONS;
use crate::world::pulls::{MergeStyle, ScheduledMerge};
use crate::world::tokens::Permission;

pub(super) fn merge(call: &Call<'_>) -> Result<Response, Response> {
    let id = writable(call, Permission::PullRequests)?;
    not_archived(call, id, "is archived")?;
    let number = call.number("number").ok_or_else(|| not_found(call))?;
    let asked = body(call)?;
    let style =
        MergeStyle::from_name(field(&asked, "Do")).ok_or_else(|| error(call, 422, "[Do]: Required"))?;
    let flag = |name: &str| asked.get(name).and_then(Value::as_bool).unwrap_or(false);
    let by = call.caller.user_id().unwrap_or(ACTIONS);
    let mut world = call.forge.world();
    let pull = world.repo(id).pull(number).ok_or_else(|| not_found(call))?.clone();
    if pull.merged.is_some() {
        return Err(refused(call, &MergeRefusal::AlreadyMerged));
    }
    let expected = field(&asked, "head_commit_id");
    if !expected.is_empty() && expected != pull.head_sha {
        return Err(error(call, 409, "head out of date"));
    }
    if flag("merge_when_checks_succeed") && !world.checks_pass(id, &pull) {
        if pull.scheduled.is_some() {
            let message = format!(
                "pull request is already scheduled to auto merge when checks succeed [pull_id: {}]",
                pull.id
            );
            return Err(error(call, 409, &message));
        }
        let delete_branch = flag("delete_branch_after_merge");
        world.schedule_merge(id, number, ScheduledMerge { style, by, delete_branch });
        return Ok(empty(201));
    }
    let merged = world.merge_pull(id, number, style, &call.caller, by);
    merged.map_err(|refusal| refused(call, &refusal))?;
    if flag("delete_branch_after_merge") {
        world.delete_head_branch(id, number).map_err(|error| failed(call, &error))?;
    }
    Ok(empty(200))
}

fn refused(call: &Call<'_>, refusal: &MergeRefusal) -> Response {
    match refusal {
        MergeRefusal::NoPull | MergeRefusal::Closed => not_found(call),
        MergeRefusal::AlreadyMerged => error(call, 405, "The PR is already merged"),
        MergeRefusal::ChecksMissing => error(call, 405, "Not all required status checks successful"),
        // A conflict is told in the words for "not ready yet", and for ever.
        MergeRefusal::Conflict | MergeRefusal::NotFastForward => error(call, 405, "Please try again later"),
        MergeRefusal::NoSuchStyle => error(call, 405, "Invalid merge style"),
        MergeRefusal::Git(error) => failed(call, error),
    }
}
