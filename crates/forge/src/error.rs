//! Why a forge did not do what was asked.

use std::sync::Arc;

use crate::Dialect;
use crate::model::MOST_COMMITS;

/// A call to a forge that failed: what was asked, why it failed, and what would mend it.
///
/// It can be cloned, since one request may have been for many.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The request failed on the way, or the forge refused it.
    #[error("could not {doing}")]
    Call {
        /// What was asked: `create tag …`.
        doing: String,
        /// What would mend it, where the answer tells.
        hint: Option<String>,
        /// What happened.
        source: Arc<http_client::Error>,
    },
    /// An app's token was not to be had, so that what was asked for with it was never sent. Its refusal is none of the
    /// request's own: [`Error::status`] tells nothing of it.
    #[error("could not {doing}")]
    Token {
        /// What was asked: `get a token of app …`.
        doing: String,
        /// What would mend it, where the answer tells.
        hint: Option<String>,
        /// What happened.
        source: Arc<http_client::Error>,
    },
    /// The forge answered, but not with what it documents.
    #[error("could not {doing}: {what}")]
    Unexpected {
        /// What was asked.
        doing: String,
        /// What came instead.
        what: String,
        /// What would mend it, where the answer tells.
        hint: Option<String>,
    },
    /// The credential cannot be used with this forge, or at all.
    #[error("{what}")]
    Credential {
        /// What is wrong with it.
        what: String,
        /// What would mend it.
        hint: String,
    },
}

impl Error {
    /// The request that failed, where one did.
    #[must_use]
    pub fn http(&self) -> Option<&http_client::Error> {
        match self {
            Self::Call { source, .. } => Some(source),
            Self::Token { .. } | Self::Unexpected { .. } | Self::Credential { .. } => None,
        }
    }

    /// The status of the forge's refusal, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        Some(self.http()?.status()?.as_u16())
    }

    /// Whether a write may have taken effect all the same.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        self.http().is_some_and(http_client::Error::is_ambiguous)
    }

    /// Whether the forge said yes, in an answer that cannot be read: a write *was* carried out.
    #[must_use]
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unexpected { .. })
            || self.http().is_some_and(|error| matches!(error, http_client::Error::Undecodable(_)))
    }

    /// Whether the refusal is that of an archived repository.
    pub(crate) fn is_of_the_archived(&self) -> bool {
        self.http().is_some_and(is_archived)
    }

    /// The permissions that GitHub says would do, by its names.
    pub(crate) fn accepted_permissions(&self) -> Option<String> {
        let told = self.http()?.refusal()?.header("x-accepted-github-permissions")?;
        (!told.is_empty()).then(|| told.to_owned())
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Call { hint, source, .. } | Self::Token { hint, source, .. } => {
                hint.clone().or_else(|| source.hint())
            }
            Self::Unexpected { hint, .. } => hint.clone(),
            Self::Credential { hint, .. } => Some(hint.clone()),
        }
    }

    /// The same error as one of a token that was not to be had.
    pub(crate) fn of_token(self) -> Self {
        match self {
            Self::Call { doing, hint, source } => Self::Token { doing, hint, source },
            other => other,
        }
    }

    /// The same error with another hint.
    #[must_use]
    pub(crate) fn with_hint(self, better: impl Into<String>) -> Self {
        match self {
            Self::Call { doing, source, .. } => Self::Call { doing, hint: Some(better.into()), source },
            Self::Token { doing, source, .. } => Self::Token { doing, hint: Some(better.into()), source },
            Self::Unexpected { doing, what, .. } => {
                Self::Unexpected { doing, what, hint: Some(better.into()) }
            }
            Self::Credential { what, .. } => Self::Credential { what, hint: better.into() },
        }
    }
}

/// Whether the refusal is that of an archived repository: 423 on Gitea, 403 with a sentence on GitHub.
fn is_archived(source: &http_client::Error) -> bool {
    let Some(refusal) = source.refusal() else { return false };
    match refusal.status.as_u16() {
        423 => true,
        403 => refusal.message.as_deref().is_some_and(|message| message.contains("was archived")),
        _ => false,
    }
}

/// What is being asked of a forge: the words for an error, and the permission that it takes.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    doing: String,
    needs: &'static str,
    dialect: Dialect,
    whose: Whose,
}

/// Whose repository it is about, which decides where a permission is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The job's own: its workflow grants.
    Ours,
    /// Another one, which a job's token cannot reach: the token itself must have been given the permission.
    Another,
}

impl Task {
    /// `doing` completes "could not …"; `needs` is GitHub's name for the permission, `contents: write`.
    pub(crate) fn new(dialect: Dialect, needs: &'static str, doing: impl Into<String>) -> Self {
        Self { doing: doing.into(), needs, dialect, whose: Whose::Ours }
    }

    /// The same, about a repository that is perhaps not the job's own.
    pub(crate) fn of(self, whose: Whose) -> Self {
        Self { whose, ..self }
    }

    /// The error of a request that failed.
    pub(crate) fn failed(&self, source: http_client::Error) -> Error {
        let forbidden = matches!(source.status().map(|status| status.as_u16()), Some(403));
        let limited = matches!(source, http_client::Error::Limited { .. });
        let hint = if is_archived(&source) {
            Some("unarchive the repository: nothing can be written to it as it is".to_owned())
        } else {
            (forbidden && !limited).then(|| self.permission_hint(&source))
        };
        Error::Call { doing: self.doing.clone(), hint, source: Arc::new(source) }
    }

    /// The error of an octocrab call that failed.
    pub(crate) fn octocrab(&self, error: octocrab::Error) -> Error {
        match error {
            octocrab::Error::Service { source, backtrace } => match source.downcast::<http_client::Error>() {
                Ok(ours) => self.failed(*ours),
                Err(source) => self.unexpected(octocrab::Error::Service { source, backtrace }),
            },
            octocrab::Error::Graphql { source, .. } => self.graphql(&source.0),
            other => self.unexpected(other),
        }
    }

    /// The error of an answer that is not what the forge documents.
    pub(crate) fn unexpected(&self, what: impl std::fmt::Display) -> Error {
        Error::Unexpected { doing: self.doing.clone(), what: what.to_string(), hint: None }
    }

    /// The error of a range with more commits than are read.
    pub(crate) fn too_long(&self, commits: usize) -> Error {
        self.unexpected(format!(
            "{commits} commits came since the last release, and at most {MOST_COMMITS} are read"
        ))
        .with_hint("tag a commit in between by hand, so that the next release follows that one")
    }

    /// The error of a GraphQL answer with errors, which comes with the status 200 even to those who may not ask.
    fn graphql(&self, errors: &[octocrab::GraphqlError]) -> Error {
        let mut messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        messages.dedup();
        let forbidden = messages.iter().any(|message| message.contains("not accessible by"));
        Error::Unexpected {
            doing: self.doing.clone(),
            what: messages.join("; "),
            hint: forbidden.then(|| self.grant()),
        }
    }

    fn permission_hint(&self, source: &http_client::Error) -> String {
        let told = source.refusal().and_then(|refusal| refusal.header("x-accepted-github-permissions"));
        match (self.dialect, told) {
            (Dialect::GitHub, Some(told)) if !told.is_empty() => {
                format!("the token needs `{told}`: {}", self.grant())
            }
            (Dialect::GitHub, _) => self.grant(),
            (Dialect::Gitea, _) => format!(
                "use a token whose user may do this (on GitHub's scale `{}`), with the scope that the answer names",
                self.needs
            ),
        }
    }

    fn grant(&self) -> String {
        match self.whose {
            Whose::Ours => format!("grant `{}` under the job's `permissions`", self.needs),
            Whose::Another => format!("give the token, or the app, `{}` on the repository", self.needs),
        }
    }
}
