//! Why an index did not tell what was asked.

use domain::ProjectName;

/// A project that could not be read from an index: which, from where, and why.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The request failed on the way, or the index refused it.
    #[error("could not read project `{project}` from the index `{index}`")]
    Call {
        /// The project.
        project: ProjectName,
        /// The index's simple URL.
        index: String,
        /// What happened.
        source: Box<http_client::Error>,
    },
    /// The index answered, but not with a page of the simple API.
    #[error("could not read project `{project}` from the index `{index}`: {what}")]
    Unexpected {
        /// The project.
        project: ProjectName,
        /// The index's simple URL.
        index: String,
        /// What came instead.
        what: String,
        /// What would mend it.
        hint: String,
    },
}

impl IndexError {
    /// The request that failed, where one did.
    #[must_use]
    pub fn http(&self) -> Option<&http_client::Error> {
        match self {
            Self::Call { source, .. } => Some(source),
            Self::Unexpected { .. } => None,
        }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Call { source, .. } => match &**source {
                http_client::Error::Redirected { .. } => Some(
                    "if the index has moved, give its new address; if it passes on what it does not have, switch \
                     that off (`pypi-server --disable-fallback`)"
                        .to_owned(),
                ),
                other => match other.status().map(|status| status.as_u16()) {
                    Some(401 | 403) => Some("give the user and token that may read from this index".to_owned()),
                    _ => other.hint(),
                },
            },
            Self::Unexpected { hint, .. } => Some(hint.clone()),
        }
    }
}
