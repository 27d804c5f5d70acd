//! What GraphQL changes: a merge that waits for its checks.
//! <https://docs.github.com/en/graphql/reference/mutations>

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::refused;
use crate::github::access::not_accessible;
use crate::github::json::node_id;
use crate::routing::Call;
use crate::world::World;
use crate::world::pulls::{MergeStyle, PullState, ScheduledMerge};
use crate::world::repositories::RepoId;
use crate::world::tokens::{Access, Permission};

/// The type `Mutation`.
pub(super) struct Mutation<'c>(pub(super) &'c Call<'c>);

impl ObjectValue for Mutation<'_> {
    fn type_name(&self) -> &'static str {
        "Mutation"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "enablePullRequestAutoMerge" => self.schedule(info).map(ResolvedValue::object),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

impl Mutation<'_> {
    fn schedule(&self, info: &ResolveInfo<'_>) -> Result<Payload, FieldError> {
        let input = info.arguments().get("input");
        let text = |name: &str| input.and_then(|input| input.get(name)).and_then(JsonValue::as_str);
        let wanted = text("pullRequestId").unwrap_or_default();
        let mut world = self.0.forge.world();
        let (id, number) = find(&world, wanted).ok_or_else(|| {
            refused(format!("Could not resolve to a node with the global id of '{wanted}'"))
        })?;
        let repo = world.repo(id);
        if self.0.caller.access(&world, repo, Permission::PullRequests) < Access::Write {
            return Err(refused(not_accessible(&self.0.caller)));
        }
        let pull = repo.pull(number).ok_or_else(|| refused("the pull request is gone"))?.clone();
        if !repo.auto_merge {
            return Err(refused("Auto merge is not allowed for this repository"));
        }
        if pull.state == PullState::Closed {
            return Err(refused("Pull request is closed"));
        }
        if text("expectedHeadOid").is_some_and(|head| head != pull.head_sha) {
            return Err(refused("Expected head sha did not match current head sha."));
        }
        if world.checks_pass(id, &pull) {
            let clean = repo.combined_status(&pull.head_sha).is_none_or(|state| state == "success");
            let state = if clean { "clean" } else { "unstable" };
            return Err(refused(format!("Pull request is in {state} status")));
        }
        let style = text("mergeMethod").unwrap_or("MERGE").to_lowercase();
        let style = MergeStyle::from_name(&style).ok_or_else(|| refused("no such method"))?;
        let by = self.0.caller.user_id().ok_or_else(|| refused(not_accessible(&self.0.caller)))?;
        world.schedule_merge(id, number, ScheduledMerge { style, by, delete_branch: false });
        Ok(Payload)
    }
}

/// The pull request of a global id.
fn find(world: &World, wanted: &str) -> Option<(RepoId, u64)> {
    let mut pulls =
        world.repositories.values().flat_map(|repo| repo.pulls.iter().map(|pull| (repo.id, pull)));
    let found = pulls.find(|(_, pull)| node_id("PullRequest", pull.id) == wanted);
    found.map(|(id, pull)| (id, pull.number))
}

/// The type `EnablePullRequestAutoMergePayload`.
struct Payload;

impl ObjectValue for Payload {
    fn type_name(&self) -> &'static str {
        "EnablePullRequestAutoMergePayload"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "clientMutationId" => Ok(ResolvedValue::null()),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
