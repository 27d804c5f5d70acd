//! Where every query begins.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};

use super::refused;
use super::repositories::RepositoryNode;
use crate::core::Forge;
use crate::github::access::not_accessible;
use crate::world::conditions::View;
use crate::world::repositories::Repository;
use crate::world::tokens::{Access, Caller, Permission};
use crate::world::{Found, World};

/// What the resolvers of one request share.
pub(super) struct Scene<'w> {
    pub(super) forge: &'w Forge,
    pub(super) world: &'w World,
    pub(super) caller: &'w Caller,
    /// The merges that this request sees, when it asks for pull requests by commit.
    pub(super) view: Option<View>,
    /// Whether it is worked out which pull requests have conflicts.
    pub(super) knows_mergeability: bool,
}

impl Scene<'_> {
    /// Refuses a matter that the caller's token was not given.
    pub(super) fn permit(&self, repo: &Repository, permission: Permission) -> Result<(), FieldError> {
        if self.caller.access(self.world, repo, permission) >= Access::Read {
            return Ok(());
        }
        Err(refused(not_accessible(self.caller)))
    }
}

/// The type `Query`.
pub(super) struct Query<'w>(pub(super) &'w Scene<'w>);

impl ObjectValue for Query<'_> {
    fn type_name(&self) -> &'static str {
        "Query"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "repository" => self.repository(info).map(ResolvedValue::object),
            "rateLimit" => Ok(ResolvedValue::object(RateLimit)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

impl<'w> Query<'w> {
    fn repository(&self, info: &ResolveInfo<'_>) -> Result<RepositoryNode<'w>, FieldError> {
        let text =
            |name: &str| info.arguments().get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let (owner, name) = (text("owner"), text("name"));
        let scene = self.0;
        let follow =
            info.arguments().get("followRenames").is_none_or(|follow| follow.as_bool() != Some(false));
        let id = match scene.world.find(owner, name) {
            Found::Here(id) => Some(id),
            Found::Moved(id) if follow => Some(id),
            Found::Moved(_) | Found::Nowhere => None,
        };
        let seen = id.filter(|id| scene.caller.standing(scene.world, scene.world.repo(*id)) > Access::None);
        let id = seen.ok_or_else(|| {
            refused(format!("Could not resolve to a Repository with the name '{owner}/{name}'."))
        })?;
        Ok(RepositoryNode::new(scene, id))
    }
}

/// What a query costs; here always the least.
struct RateLimit;

impl ObjectValue for RateLimit {
    fn type_name(&self) -> &'static str {
        "RateLimit"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Result<ResolvedValue<'a>, FieldError> {
        match info.field_name() {
            "cost" => Ok(ResolvedValue::leaf(1)),
            "limit" => Ok(ResolvedValue::leaf(5000)),
            "remaining" => Ok(ResolvedValue::leaf(4999)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
