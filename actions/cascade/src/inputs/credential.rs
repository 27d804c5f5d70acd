//! Who to be to the forge.

use forge::{App, Credential};
use secrecy::{ExposeSecret as _, SecretString};

use super::{BadInput, Inputs};

/// What an app's tokens may do, and no more.
const PERMISSIONS: [(&str, &str); 4] =
    [("actions", "write"), ("contents", "write"), ("metadata", "read"), ("pull_requests", "write")];

/// Who to be to the forge.
#[derive(Debug)]
pub enum Identity {
    /// This.
    Known(Credential),
    /// Nobody: no token was given.
    Missing,
}

impl Inputs {
    /// Who to be to the forge: the app where one is given, else the token, else that of the environment.
    ///
    /// # Errors
    /// When half an app is given, or a key or token that cannot be one.
    pub fn identity(&self, of_environment: Option<&SecretString>) -> Result<Identity, BadInput> {
        match (&self.app_id, &self.app_private_key, self.token.as_ref().or(of_environment)) {
            (Some(id), Some(key), _) => {
                let app = App::new(id, key, PERMISSIONS).map_err(BadInput::App)?;
                Ok(Identity::Known(Credential::App(app)))
            }
            (Some(_), None, _) | (None, Some(_), _) => Err(BadInput::HalfApp),
            (None, None, None) => Ok(Identity::Missing),
            (None, None, Some(token)) => {
                let usable = token.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
                if usable {
                    Ok(Identity::Known(Credential::Token(token.clone())))
                } else {
                    Err(BadInput::TokenCharacters)
                }
            }
        }
    }
}
