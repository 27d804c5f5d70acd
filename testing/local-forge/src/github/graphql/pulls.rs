//! Pull requests, their labels and authors.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;

use super::broken;
use super::commits::CommitNode;
use super::connections::{Connection, Slice};
use super::repositories::RepositoryNode;
use crate::github::json::{Urls, node_id};
use crate::world::accounts::{Account, AccountKind};
use crate::world::pulls::{Label, Pull, PullState};
use crate::world::repositories::RepoId;
use crate::world::tokens::Permission;

/// The type `PullRequest`.
#[derive(Clone)]
pub(super) struct PullNode<'a> {
    /// The repository that was asked.
    pub(super) home: &'a RepositoryNode<'a>,
    /// The repository that it is in: the same, or one that shares commits with it.
    pub(super) base: RepoId,
    pub(super) pull: &'a Pull,
}

impl<'w> PullNode<'w> {
    fn labels(&self, info: &ResolveInfo<'_>) -> Result<Connection<LabelNode<'w>>, FieldError> {
        let slice = Slice::asked(info)?;
        let labels = self
            .home
            .scene
            .world
            .repo(self.base)
            .labels
            .iter()
            .filter(|label| self.pull.labels.contains(&label.id));
        let labels: Vec<_> = labels.map(LabelNode).collect();
        Ok(Connection::cut("LabelConnection", "labels".to_owned(), slice, labels.into_iter()))
    }

    fn mergeable(&self) -> Result<&'static str, FieldError> {
        let world = self.home.scene.world;
        if !self.home.scene.knows_mergeability {
            return Ok("UNKNOWN");
        }
        let mergeable = world.mergeable(self.base, self.pull).map_err(|error| broken(&error))?;
        Ok(if mergeable { "MERGEABLE" } else { "CONFLICTING" })
    }

    /// In what way it can be merged.
    fn merge_state(&self) -> Result<&'static str, FieldError> {
        let world = self.home.scene.world;
        let status = world.repo(self.base).combined_status(&self.pull.head_sha);
        Ok(match (self.mergeable()?, status) {
            ("UNKNOWN", _) => "UNKNOWN",
            ("CONFLICTING", _) => "DIRTY",
            _ if self.pull.state == PullState::Closed => "UNKNOWN",
            _ if !world.checks_pass(self.base, self.pull) => "BLOCKED",
            (_, None | Some("success")) => "CLEAN",
            _ => "UNSTABLE",
        })
    }

    /// Where the merge ended; a trial merge is told by `potentialMergeCommit` alone.
    fn merge_commit(&self) -> Result<ResolvedValue<'_>, FieldError> {
        let Some(merged) = &self.pull.merged else { return Ok(ResolvedValue::null()) };
        if self.base == self.home.id {
            return Ok(ResolvedValue::nullable_object(self.home.commit(&merged.commit)?));
        }
        let git = &self.home.scene.world.repo(self.base).git;
        let commit = git.read_commit(&merged.commit).map_err(|error| broken(&error))?;
        let node = commit.map(|commit| CommitNode { home: self.home, commit });
        Ok(ResolvedValue::nullable_object(node))
    }
}

impl ObjectValue for PullNode<'_> {
    fn type_name(&self) -> &'static str {
        "PullRequest"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        let (pull, world) = (self.pull, self.home.scene.world);
        Ok(match info.field_name() {
            "author" => ResolvedValue::object(ActorNode {
                account: world.account_by_id(pull.author),
                base: &self.home.scene.forge.base,
            }),
            "autoMergeRequest" => {
                ResolvedValue::nullable_object(pull.scheduled.as_ref().map(|_| AutoMergeNode(pull)))
            }
            "baseRefName" => ResolvedValue::leaf(pull.base.clone()),
            "baseRepository" => ResolvedValue::object(RepositoryNode::new(self.home.scene, self.base)),
            "body" => ResolvedValue::leaf(pull.body.clone()),
            "closed" => ResolvedValue::leaf(pull.state == PullState::Closed),
            "createdAt" => ResolvedValue::leaf(pull.created.to_string()),
            "headRefName" => ResolvedValue::leaf(pull.head.clone()),
            "headRefOid" => ResolvedValue::leaf(pull.head_sha.clone()),
            "id" => ResolvedValue::leaf(node_id("PullRequest", pull.id)),
            "isCrossRepository" => ResolvedValue::leaf(pull.head_repo != self.base),
            "isDraft" => ResolvedValue::leaf(false),
            "labels" => ResolvedValue::object(self.labels(info)?),
            "mergeCommit" => self.merge_commit()?,
            "mergeStateStatus" => ResolvedValue::leaf(self.merge_state()?),
            "mergeable" => ResolvedValue::leaf(self.mergeable()?),
            "merged" => ResolvedValue::leaf(pull.merged.is_some()),
            "mergedAt" => ResolvedValue::leaf(pull.merged.as_ref().map(|merged| merged.at.to_string())),
            "number" => ResolvedValue::leaf(pull.number),
            "state" => ResolvedValue::leaf(state(pull)),
            "title" => ResolvedValue::leaf(pull.title.clone()),
            "updatedAt" => ResolvedValue::leaf(pull.updated.to_string()),
            "url" => {
                let urls = Urls::of(self.home.scene.forge, world, self.base);
                ResolvedValue::leaf(format!("{}/pull/{}", urls.page, pull.number))
            }
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

/// The type `AutoMergeRequest`.
struct AutoMergeNode<'a>(&'a Pull);

impl ObjectValue for AutoMergeNode<'_> {
    fn type_name(&self) -> &'static str {
        "AutoMergeRequest"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "enabledAt" => Ok(ResolvedValue::leaf(self.0.updated.to_string())),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

fn state(pull: &Pull) -> &'static str {
    match (&pull.merged, pull.state) {
        (Some(_), _) => "MERGED",
        (None, PullState::Open) => "OPEN",
        (None, PullState::Closed) => "CLOSED",
    }
}

/// The pull requests of a repository; those that this request cannot see yet are left out.
pub(super) fn of_repository<'a>(
    home: &'a RepositoryNode<'a>,
    info: &ResolveInfo<'_>,
) -> Result<Connection<PullNode<'a>>, FieldError> {
    home.scene.permit(home.repo, Permission::PullRequests)?;
    let slice = Slice::asked(info)?;
    let argument = |name: &str| info.arguments().get(name).filter(|value| !value.is_null());
    let states: Option<Vec<_>> = argument("states")
        .map(|states| states.as_array().into_iter().flatten().filter_map(JsonValue::as_str).collect());
    let order = |key: &str| argument("orderBy").and_then(|order| order.get(key)).and_then(JsonValue::as_str);
    let mut pulls: Vec<&Pull> = home
        .repo
        .pulls
        .iter()
        .filter(|pull| states.as_ref().is_none_or(|states| states.contains(&state(pull))))
        .filter(|pull| home.scene.view.is_none_or(|view| view.shows(pull)))
        .collect();
    let updated = order("field") == Some("UPDATED_AT");
    pulls.sort_by_key(|pull| (if updated { pull.updated } else { pull.created }, pull.number));
    if order("direction") == Some("DESC") {
        pulls.reverse();
    }
    let nodes = pulls.into_iter().map(|pull| PullNode { home, base: home.id, pull });
    Ok(Connection::cut("PullRequestConnection", "pulls".to_owned(), slice, nodes))
}

/// The type `Label`.
#[derive(Clone)]
struct LabelNode<'a>(&'a Label);

impl ObjectValue for LabelNode<'_> {
    fn type_name(&self) -> &'static str {
        "Label"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        Ok(match info.field_name() {
            "color" => ResolvedValue::leaf(self.0.color.clone()),
            "id" => ResolvedValue::leaf(node_id("Label", self.0.id)),
            "name" => ResolvedValue::leaf(self.0.name.clone()),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}

/// A type that implements `Actor`.
struct ActorNode<'a> {
    account: &'a Account,
    base: &'a str,
}

impl ObjectValue for ActorNode<'_> {
    fn type_name(&self) -> &'static str {
        match self.account.kind {
            AccountKind::User => "User",
            AccountKind::Bot => "Bot",
            AccountKind::Organization => "Organization",
        }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        // GraphQL tells a robot's name without the marker that REST adds.
        let login = self.account.login.trim_end_matches("[bot]");
        let folder = if self.account.kind == AccountKind::Bot { "apps/" } else { "" };
        Ok(match info.field_name() {
            "login" => ResolvedValue::leaf(login),
            "url" => ResolvedValue::leaf(format!("{}/{folder}{login}", self.base)),
            _ => return Err(self.unknown_field_error(info)),
        })
    }
}
