//! HTTP Basic authentication. <https://www.rfc-editor.org/rfc/rfc7617>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

/// What follows `Basic` in the header.
pub(super) fn basic(user: &str, token: &SecretString) -> SecretString {
    STANDARD.encode(format!("{user}:{}", token.expose_secret())).into()
}
