//! What came of a write that must not be sent twice.

use std::time::Duration;

use domain::RepoName;

use crate::Error;
use crate::connection::Connection;
use crate::repository::{self, RepositoryLookup};

/// What came of a write that must not be sent twice.
///
/// All that a forge may answer is a value, so that a plan can go on from it. An error beside it says that nothing was
/// sent, or that nobody was let in: what is wrong then is wrong of every target.
#[derive(Debug)]
#[must_use = "a write that was not done is told by this value alone"]
pub enum Answer<T> {
    /// It was done.
    Done(T),
    /// The forge said no, and nothing was changed.
    Refused(Refused),
    /// A limit is in the way, and nothing was changed. It was not waited for: whoever writes to many repositories
    /// must pause as a whole.
    Limited(Limited),
    /// The answer never came, or does not say: it may have been done, or be done a moment later. It was not sent
    /// again. Look before you do.
    Ambiguous(Error),
    /// The repository has this name now. Nothing was done under the former one.
    Moved(RepoName),
}

/// A write that the forge did not allow.
#[derive(Debug)]
pub struct Refused {
    /// Why, as far as the answers tell.
    pub reason: Reason,
    /// The whole of it, with what would mend it.
    pub error: Error,
}

/// Why a forge did not allow a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The token may not. What GitHub says would do, by its names: `contents=write`.
    Permission(Option<String>),
    /// Nothing can be written to an archived repository.
    Archived,
    /// There is no such repository, or the token may not see it.
    HiddenOrMissing,
    /// The repository is there, and what was asked of it is not: a workflow, a ref, a pull request. On GitHub also
    /// what the token may not see.
    NotThere,
    /// The forge does not take what was sent.
    Invalid,
    /// Another refusal, by its status.
    Other(u16),
}

/// A limit that a write has met.
#[derive(Debug)]
pub struct Limited {
    /// How long it will last, as far as the forge tells.
    pub lasts: Duration,
    /// The whole of it.
    pub error: Error,
}

/// What a 404 says where the repository itself is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// That the token may not: nothing else can be missing.
    Permission,
    /// That a part is missing.
    Part,
}

impl<T> Answer<T> {
    /// What a write that failed is to its caller.
    ///
    /// A 404 is looked behind, with one more request: forges give it to hide a repository, and also for what a token
    /// may not do.
    ///
    /// # Errors
    /// The error itself, when it is none of the forge's answers to this very write.
    pub(crate) async fn to(error: Error, connection: &Connection, absent: Absent) -> Result<Self, Error> {
        let status = error.status();
        let reason = match error.http() {
            Some(http_client::Error::Ambiguous { .. }) => return Ok(Self::Ambiguous(error)),
            Some(http_client::Error::Limited { lasts, .. }) => {
                return Ok(Self::Limited(Limited { lasts: *lasts, error }));
            }
            Some(http_client::Error::Redirected { .. }) => {
                return match repository::look_up(connection).await? {
                    RepositoryLookup::Moved(state) => Ok(Self::Moved(state.name)),
                    RepositoryLookup::Here(_) | RepositoryLookup::HiddenOrMissing => Err(error),
                };
            }
            Some(http_client::Error::Refused(_)) if status != Some(401) => match status {
                _ if error.is_of_the_archived() => Reason::Archived,
                Some(403) => Reason::Permission(error.accepted_permissions()),
                Some(404) => match repository::look_up(connection).await? {
                    RepositoryLookup::Moved(state) => return Ok(Self::Moved(state.name)),
                    RepositoryLookup::HiddenOrMissing => Reason::HiddenOrMissing,
                    RepositoryLookup::Here(state)
                        if absent == Absent::Permission || state.user_may_push == Some(false) =>
                    {
                        Reason::Permission(None)
                    }
                    RepositoryLookup::Here(_) => Reason::NotThere,
                },
                Some(400 | 409 | 422) => Reason::Invalid,
                other => Reason::Other(other.unwrap_or_default()),
            },
            _ => return Err(error),
        };
        let error = match &reason {
            Reason::HiddenOrMissing => error.with_hint(format!(
                "let the token see `{}`, or take it from the targets when it is gone",
                connection.repo
            )),
            Reason::Permission(None) if status == Some(404) => {
                error.with_hint("the repository is there, so the token may not: give it the right to write")
            }
            _ => error,
        };
        Ok(Self::Refused(Refused { reason, error }))
    }
}
