//! Who asks.

use std::fmt;

use secrecy::SecretString;

use crate::docker_config::DockerConfig;
use crate::error::CredentialsError;

/// Where the credentials of a registry are found.
#[derive(Debug, Clone)]
pub enum Keychain {
    /// Nobody's: what is public is all that can be had.
    Anonymous,
    /// One user's, for every registry that is asked.
    Given(Login),
    /// What `docker login` left on this host.
    Docker(DockerConfig),
}

/// Who asks a registry.
#[derive(Clone)]
pub enum Login {
    /// Nobody in particular.
    Anonymous,
    /// A user with a password or token.
    Password {
        /// The user.
        user: String,
        /// The password or token.
        password: SecretString,
    },
    /// A refresh token, which Docker calls identity token.
    IdentityToken(SecretString),
}

impl Keychain {
    /// Who asks this registry.
    ///
    /// # Errors
    ///
    /// When Docker's configuration names a credential helper that cannot be run or fails. That it knows nothing of the
    /// registry is no error: then nobody in particular asks.
    pub async fn login(&self, registry: &str) -> Result<Login, CredentialsError> {
        match self {
            Self::Anonymous => Ok(Login::Anonymous),
            Self::Given(login) => Ok(login.clone()),
            Self::Docker(config) => config.login(registry).await,
        }
    }
}

impl Login {
    /// Whether it is nobody in particular.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Anonymous)
    }
}

/// Without the secrets.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("Anonymous"),
            Self::Password { user, .. } => {
                f.debug_struct("Password").field("user", user).finish_non_exhaustive()
            }
            Self::IdentityToken(_) => f.write_str("IdentityToken"),
        }
    }
}
