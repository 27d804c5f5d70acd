//! The repository itself, told in nearly the same words by both forges.

use domain::{BranchName, RepoName};
use http_client::Request;
use serde::Deserialize;

use crate::Error;
use crate::connection::Connection;
use crate::error::Task;
use crate::model::Standing;

/// What a repository's name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositoryLookup {
    /// A repository of this name, in any case of its letters.
    Here(RepositoryState),
    /// A repository that had this name once.
    Moved(RepositoryState),
    /// None, or one that the token may not see: forges make no difference.
    HiddenOrMissing,
}

/// A repository as its forge tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryState {
    /// Its name as the forge spells it.
    pub name: RepoName,
    /// The forge's number for it, which outlives its name.
    pub id: u64,
    /// Nothing can be written to it.
    pub archived: bool,
    /// It was forked from another one.
    pub fork: bool,
    /// New repositories can be made after it.
    pub template: bool,
    /// The branch that `HEAD` stands for, whether it has commits or not.
    pub default_branch: Option<BranchName>,
    /// Its topics, in lower case.
    pub topics: Vec<String>,
    /// Whether the token's user may push to it; `None` of an app or a job, which are no users. `true` says nothing of
    /// what the token was narrowed to.
    pub user_may_push: Option<bool>,
    /// Whether its workflows run at all, where the forge tells.
    pub actions: Option<bool>,
}

#[derive(Deserialize)]
pub(crate) struct WireRepository {
    id: u64,
    full_name: String,
    archived: bool,
    fork: bool,
    // Gitea's word, and GitHub's
    #[serde(alias = "is_template", default)]
    template: bool,
    default_branch: Option<String>,
    topics: Option<Vec<String>>,
    permissions: Option<WirePermissions>,
    // GitHub tells it to administrators only, in another place
    has_actions: Option<bool>,
}

#[derive(Deserialize)]
struct WirePermissions {
    push: bool,
}

impl WireRepository {
    /// The state; `are_a_users` tells whether the rights in it say anything.
    pub(crate) fn state(self, task: &Task, are_a_users: bool) -> Result<RepositoryState, Error> {
        let branch = self.default_branch.filter(|branch| !branch.is_empty());
        Ok(RepositoryState {
            name: self.full_name.parse().map_err(|invalid| task.unexpected(invalid))?,
            id: self.id,
            archived: self.archived,
            fork: self.fork,
            template: self.template,
            default_branch: branch
                .map(|branch| branch.parse())
                .transpose()
                .map_err(|invalid| task.unexpected(invalid))?,
            topics: self.topics.unwrap_or_default(),
            user_may_push: self.permissions.map(|permissions| permissions.push).filter(|_| are_a_users),
            actions: self.has_actions,
        })
    }
}

/// What the repository's name leads to.
pub(crate) async fn look_up(connection: &Connection) -> Result<RepositoryLookup, Error> {
    let task = connection.task("metadata: read", format!("read repository `{}`", connection.repo));
    let answer = match connection.send(&task, Request::get(connection.repo_url([]))).await {
        Ok(answer) => answer,
        Err(error) if error.status() == Some(404) => return Ok(RepositoryLookup::HiddenOrMissing),
        Err(error) => return Err(error),
    };
    let wire: WireRepository = answer.json().map_err(|error| task.failed(error))?;
    let state = wire.state(&task, connection.way.tokens.are_a_users())?;
    Ok(if state.name == connection.repo {
        RepositoryLookup::Here(state)
    } else {
        RepositoryLookup::Moved(state)
    })
}

/// What can be written to the repository, as far as one request tells.
pub(crate) async fn standing(connection: &Connection) -> Result<Standing, Error> {
    #[derive(Deserialize)]
    struct WireStanding {
        archived: bool,
        permissions: Option<WirePermissions>,
    }
    let task = connection.task("metadata: read", format!("read repository `{}`", connection.repo));
    let answer = connection.send(&task, Request::get(connection.repo_url([]))).await?;
    let repository: WireStanding = answer.json().map_err(|error| task.failed(error))?;
    let user_may_push = match repository.permissions {
        Some(permissions) if !connection.way.tokens.are_minted() => Some(permissions.push),
        _ => None,
    };
    Ok(Standing { archived: repository.archived, user_may_push })
}

impl RepositoryLookup {
    /// The repository, under whatever name.
    #[must_use]
    pub fn found(&self) -> Option<&RepositoryState> {
        match self {
            Self::Here(state) | Self::Moved(state) => Some(state),
            Self::HiddenOrMissing => None,
        }
    }
}
