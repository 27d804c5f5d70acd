//! Tokens and what they allow.

use std::collections::BTreeMap;

use super::World;
use super::accounts::{Account, UserId};
use super::repositories::{RepoId, Repository};

/// How far a right goes; each level holds the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing, not even to know of it.
    None,
    /// To look.
    Read,
    /// To change.
    Write,
    /// To change the settings.
    Admin,
}

/// What a permission is about, by GitHub's names; Gitea's scopes are told in them too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Commits, branches, tags, releases, `repository_dispatch`.
    Contents,
    /// Pull requests.
    PullRequests,
    /// Issues, and with them the comments of pull requests.
    Issues,
    /// Runs and `workflow_dispatch`.
    Actions,
    /// Commit statuses.
    Statuses,
    /// Check runs.
    Checks,
    /// Workflow files.
    Workflows,
    /// Settings and rulesets.
    Administration,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 8] = [
        Self::Contents,
        Self::PullRequests,
        Self::Issues,
        Self::Actions,
        Self::Statuses,
        Self::Checks,
        Self::Workflows,
        Self::Administration,
    ];

    /// GitHub's name for it, as in a workflow's `permissions` but with underscores, as in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contents => "contents",
            Self::PullRequests => "pull_requests",
            Self::Issues => "issues",
            Self::Actions => "actions",
            Self::Statuses => "statuses",
            Self::Checks => "checks",
            Self::Workflows => "workflows",
            Self::Administration => "administration",
        }
    }
}

/// How far a token goes, by permission; what is not named is not allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeMap<Permission, Access>);

impl Permissions {
    /// Nothing but looking at what everybody may see.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What a job gets when its workflow asks for nothing: everything a job can have.
    #[must_use]
    pub fn of_a_job() -> Self {
        let unreachable = [Permission::Workflows, Permission::Administration];
        Permission::ALL
            .into_iter()
            .filter(|permission| !unreachable.contains(permission))
            .fold(Self::default(), |permissions, permission| permissions.with(permission, Access::Write))
    }

    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL
            .into_iter()
            .fold(Self::default(), |permissions, permission| permissions.with(permission, Access::Admin))
    }

    /// The same permissions with this one set.
    #[must_use]
    pub fn with(mut self, permission: Permission, access: Access) -> Self {
        self.0.insert(permission, access);
        self
    }

    /// How far this permission goes.
    #[must_use]
    pub fn access(&self, permission: Permission) -> Access {
        self.0.get(&permission).copied().unwrap_or(Access::None)
    }

    /// Those that are set, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Permission, Access)> {
        self.0.iter().map(|(permission, access)| (*permission, *access))
    }
}

/// In whose name a token speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holder {
    /// A person's own token.
    User(UserId),
    /// The token of a job of this repository.
    Job(RepoId),
    /// The installation of a GitHub App, with the robot that acts for it.
    Installation {
        /// The installation's id.
        installation: u64,
        /// The robot.
        bot: UserId,
        /// The repositories it was minted for.
        repositories: Vec<RepoId>,
    },
}

/// Whether a token still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Valid,
    /// Ended by time.
    Expired,
    /// Taken back.
    Revoked,
}

/// A token's rights.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) holder: Holder,
    pub(crate) permissions: Permissions,
    pub(crate) validity: Validity,
}

/// Who is asking.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// Nobody in particular.
    Anonymous,
    /// Somebody with a token that does not work.
    Rejected,
    /// The holder of a token that works.
    Known(Token),
}

impl Caller {
    /// The account that acts; `None` of strangers.
    pub(crate) fn account<'world>(&self, world: &'world World) -> Option<&'world Account> {
        self.user_id().map(|id| world.account_by_id(id))
    }

    /// The id of the account that acts; `None` of strangers.
    pub(crate) fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Anonymous | Self::Rejected => None,
            Self::Known(token) => Some(match &token.holder {
                Holder::User(user) => *user,
                Holder::Job(_) => super::accounts::ACTIONS,
                Holder::Installation { bot, .. } => *bot,
            }),
        }
    }

    /// Whether what this caller does starts no workflow.
    pub(crate) fn is_job(&self) -> bool {
        matches!(self, Self::Known(Token { holder: Holder::Job(_), .. }))
    }

    /// How far the caller's standing in the repository goes, whatever the token was narrowed to.
    pub(crate) fn standing(&self, world: &World, repo: &Repository) -> Access {
        let public = if repo.private { Access::None } else { Access::Read };
        match self {
            Self::Anonymous | Self::Rejected => public,
            Self::Known(token) => match &token.holder {
                Holder::User(user) if repo.owner == *user || world.account_by_id(*user).site_admin => {
                    Access::Admin
                }
                Holder::User(user) => {
                    repo.collaborators.get(user).copied().unwrap_or(Access::None).max(public)
                }
                Holder::Job(home) if *home == repo.id => Access::Write,
                Holder::Installation { repositories, .. } if repositories.contains(&repo.id) => Access::Admin,
                Holder::Job(_) | Holder::Installation { .. } => public,
            },
        }
    }

    /// How far the caller may go in one matter: its standing, narrowed by the token's permissions.
    ///
    /// What is public stays readable to every valid token.
    pub(crate) fn access(&self, world: &World, repo: &Repository, permission: Permission) -> Access {
        let standing = self.standing(world, repo);
        let Self::Known(token) = self else { return standing };
        let public = if repo.private { Access::None } else { Access::Read };
        standing.min(token.permissions.access(permission)).max(public.min(standing))
    }
}

impl World {
    /// Whom a token stands for.
    pub(crate) fn caller(&self, token: Option<&str>) -> Caller {
        let Some(token) = token else { return Caller::Anonymous };
        match self.tokens.get(token) {
            Some(token) if token.validity == Validity::Valid => Caller::Known(token.clone()),
            _ => Caller::Rejected,
        }
    }
}
