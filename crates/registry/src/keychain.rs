//! Who asks.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::docker_config::DockerConfig;
use crate::error::{CredentialsError, KeychainError};

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
    /// The user and token that are given, the user else by `GHCR_USER`; where there are none, what `docker login` left in
    /// `DOCKER_CONFIG`, or else in `.docker` at `HOME`; and where that is not there, nobody's.
    ///
    /// `variable` reads the environment. The token comes from who has it masked.
    ///
    /// # Errors
    ///
    /// When one of user and token is there without the other, or Docker's configuration cannot be used.
    pub fn find(
        user: Option<&str>,
        token: Option<&SecretString>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, KeychainError> {
        let user = user.map(str::to_owned).or_else(|| variable("GHCR_USER"));
        match (user, token) {
            (Some(user), Some(token)) => Ok(Self::Given(Login::Password { user, password: token.clone() })),
            (Some(_), None) => Err(KeychainError::HalfLogin { given: "user", lacking: "token" }),
            (None, Some(_)) => Err(KeychainError::HalfLogin { given: "token", lacking: "user" }),
            (None, None) => {
                let home = || variable("HOME").map(|home| Path::new(&home).join(".docker"));
                match variable("DOCKER_CONFIG").map(PathBuf::from).or_else(home) {
                    Some(folder) => Ok(Self::Docker(DockerConfig::read(&folder)?)),
                    None => Ok(Self::Anonymous),
                }
            }
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn find(
        user: Option<&str>,
        token: Option<&str>,
        variables: &[(&str, &str)],
    ) -> Result<Keychain, KeychainError> {
        let token = token.map(SecretString::from);
        Keychain::find(user, token.as_ref(), |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_user_and_a_token_come_before_what_the_host_has() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        for (user, variables) in
            [(Some("me"), &[("HOME", home)][..]), (None, &[("GHCR_USER", "me"), ("HOME", home)])]
        {
            let found = find(user, Some("pass"), variables).unwrap();
            assert!(matches!(found, Keychain::Given(Login::Password { user, .. }) if user == "me"));
        }
        assert!(matches!(find(None, None, &[("HOME", home)]).unwrap(), Keychain::Docker(_)));
        assert!(matches!(find(None, None, &[]).unwrap(), Keychain::Anonymous));
    }

    #[test]
    fn the_folder_of_dockers_configuration_can_be_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("config.json"), "no JSON").unwrap();
        let found =
            find(None, None, &[("DOCKER_CONFIG", folder.path().to_str().unwrap()), ("HOME", "/nowhere")]);
        assert!(matches!(found, Err(KeychainError::Credentials(_))), "{found:?}");
    }

    #[test]
    fn half_a_login_is_told_with_the_other_half() {
        for (user, token, variables, lacking) in [
            (Some("me"), None, &[][..], "`token`"),
            (None, None, &[("GHCR_USER", "me")], "`token`"),
            (None, Some("pass"), &[], "`user`"),
        ] {
            let error = find(user, token, variables).unwrap_err();
            assert!(error.to_string().contains(&format!("without the {lacking}")), "{error}");
            assert!(error.hint().contains("GHCR_TOKEN"));
        }
    }
}
