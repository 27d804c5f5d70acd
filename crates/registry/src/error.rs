//! Why a registry did not tell what was asked.

use std::path::PathBuf;
use std::time::Duration;

use crate::reference::Reference;

/// What was asked of a registry and could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The request failed on the way, or was refused for a reason of its own.
    #[error("could not ask the registry about `{image}`")]
    Call {
        /// The image.
        image: Box<Reference>,
        /// What happened.
        source: Box<http_client::Error>,
    },
    /// The registry has no such image, or does not show it.
    #[error("the registry `{}` has no image `{image}`", .image.registry())]
    NoImage {
        /// The image.
        image: Box<Reference>,
    },
    /// The registry does not let us in.
    #[error("the registry `{}` refuses to tell of `{image}`: asked {}", .image.registry(), as_whom(*.is_anonymous))]
    Denied {
        /// The image.
        image: Box<Reference>,
        /// Whether nobody's credentials were used.
        is_anonymous: bool,
        /// What the registry said.
        source: Box<http_client::Error>,
    },
    /// A limit of the registry is reached.
    #[error("the registry `{}` takes no more requests for {} s", .image.registry(), .lasts.as_secs().max(1))]
    Limited {
        /// The image.
        image: Box<Reference>,
        /// How long the limit lasts.
        lasts: Duration,
        /// What the registry said.
        source: Box<http_client::Error>,
    },
    /// The registry answered with something else than it should.
    #[error("the registry's answer about `{image}` cannot be used: {what}")]
    Unexpected {
        /// The image.
        image: Box<Reference>,
        /// What is wrong with it.
        what: String,
    },
    /// The host's credentials cannot be had.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

fn as_whom(is_anonymous: bool) -> &'static str {
    if is_anonymous { "without credentials" } else { "with the credentials of this host" }
}

impl RegistryError {
    /// How long a limit lasts, when it was one that was met.
    #[must_use]
    pub fn limit(&self) -> Option<Duration> {
        match self {
            Self::Limited { lasts, .. } => Some(*lasts),
            _ => None,
        }
    }

    /// Whether the same question may be answered in a while.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Call { source, .. } => source.may_pass(),
            Self::Limited { .. } => true,
            _ => false,
        }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Call { source, .. } => source.hint(),
            Self::NoImage { .. } => {
                Some("has it been pushed? some registries also say so of what is private".into())
            }
            Self::Denied { is_anonymous: true, .. } => {
                Some("give a user and token, or run `docker login` on this host".into())
            }
            Self::Denied { .. } => Some("the token needs to read packages, and may have expired".into()),
            Self::Limited { .. } => {
                Some("signed-in requests have higher limits: give a user and token".into())
            }
            Self::Unexpected { .. } => None,
            Self::Credentials(error) => Some(error.hint().to_owned()),
        }
    }
}

/// Why nobody can be told to ask.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeychainError {
    /// Half of a login.
    #[error("the `{given}` of the registry is given without the `{lacking}`: they belong together")]
    HalfLogin {
        /// What is there.
        given: &'static str,
        /// What is not.
        lacking: &'static str,
    },
    /// What is on the host cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

impl KeychainError {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::HalfLogin { .. } => "set both `GHCR_USER` and `GHCR_TOKEN`",
            Self::Credentials(error) => error.hint(),
        }
    }
}

/// Why the credentials that `docker login` left cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("could not read Docker's configuration `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("Docker's configuration `{path}` cannot be used: {what}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A credential helper is named and cannot be run.
    #[error(
        "the credential helper `{helper}`, which Docker's configuration names for `{registry}`, cannot be run"
    )]
    HelperAbsent {
        /// The program.
        helper: String,
        /// The registry it was to be asked about.
        registry: String,
        /// Why.
        source: std::io::Error,
    },
    /// A credential helper failed.
    #[error("the credential helper `{helper}` gave no credentials for `{registry}`: {what}")]
    HelperFailed {
        /// The program.
        helper: String,
        /// The registry it was asked about.
        registry: String,
        /// What it said or did.
        what: String,
    },
    /// The registry names a token server that credentials must not go to.
    #[error("the registry `{registry}` asks for credentials to be sent to `{realm}`, which is not safe")]
    UnsafeRealm {
        /// The registry.
        registry: String,
        /// The address it named.
        realm: String,
    },
}

impl CredentialsError {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "make it readable for this user, or give a user and token",
            Self::Malformed { .. } => "run `docker login` again, or give a user and token",
            Self::HelperAbsent { .. } => {
                "install it where this program runs, which inside of a container is not the host, or give a user and token"
            }
            Self::HelperFailed { .. } => "run `docker login` on this host, or give a user and token",
            Self::UnsafeRealm { .. } => "a token server is reached by https, except on this machine",
        }
    }
}
