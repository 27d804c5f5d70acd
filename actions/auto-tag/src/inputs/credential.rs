//! Who to be to the forge.

use forge::{App, Credential};
use runner::Failure;
use secrecy::{ExposeSecret as _, SecretString};

use super::{BadInput, Inputs};
use crate::error::ReleaseError;
use crate::settings::TokenKind;

impl Inputs {
    pub(super) fn token_kind(&self) -> TokenKind {
        match (&self.token, &self.job_token) {
            (Some(token), Some(job))
                if self.app_id.is_none() && token.expose_secret() == job.expose_secret() =>
            {
                TokenKind::Job
            }
            _ => TokenKind::Other,
        }
    }

    /// Who to be for a preview: as [`credential`](Self::credential) says, or the job's own token where the run of
    /// a fork or of a bot was given no secrets.
    ///
    /// # Errors
    /// As [`credential`](Self::credential).
    pub fn preview_credential(
        &self,
        permissions: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Result<Credential, Failure> {
        let no_app = self.app_id.is_none() || self.app_private_key.is_none();
        match &self.job_token {
            Some(job) if no_app && (self.token.is_none() || self.app_id.is_some()) => {
                tracing::info!(
                    "the run was given no secret of its own: the preview reads with the job's token"
                );
                Ok(Credential::Token(job.clone()))
            }
            _ => self.credential(permissions),
        }
    }

    /// Who to be to the forge: the app where one is given, else the token.
    ///
    /// `permissions` are those that an app's token is to have.
    ///
    /// # Errors
    /// When neither is given, or half an app, or a key or token that cannot be one.
    pub fn credential(
        &self,
        permissions: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Result<Credential, Failure> {
        match (&self.app_id, &self.app_private_key, &self.token) {
            (Some(id), Some(key), _) => {
                Ok(Credential::App(App::new(id, key, permissions).map_err(ReleaseError::from)?))
            }
            (Some(_), None, _) | (None, Some(_), _) => Err(BadInput::HalfApp.into()),
            (None, None, None) => Err(BadInput::NoToken.into()),
            (None, None, Some(token)) => {
                if is_token(token) {
                    Ok(Credential::Token(token.clone()))
                } else {
                    Err(BadInput::TokenCharacters("token").into())
                }
            }
        }
    }
}

/// Whether a token has only the characters of one, which a header can hold.
pub(super) fn is_token(token: &SecretString) -> bool {
    token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic())
}
