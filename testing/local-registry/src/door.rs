//! Whom the registry lets in.

/// How a registry lets people in. The one user is `me` with the password `pass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody.
    Open,
    /// Who has a token, which everybody may have.
    Tokens,
    /// Who has a token, which is given for the password, or for the identity token `r3fresh`.
    PrivateTokens,
    /// Who gives the password each time.
    Basic,
    /// Who has a token, which a server elsewhere gives.
    Elsewhere,
}

/// The header by which the user shows the password: `me:pass`.
pub const PASSWORD: &str = "Basic bWU6cGFzcw==";
/// The token that the token server gives.
const TOKEN: &str = "t0ken";

impl Door {
    /// What the token server says to who shows this: a token, or nothing.
    pub(crate) fn token(self, authorization: Option<&str>, body: &str) -> Option<String> {
        let is_known = authorization == Some(PASSWORD) || body.contains("refresh_token=r3fresh");
        let is_given = self != Self::PrivateTokens || is_known;
        is_given.then(|| format!(r#"{{"token":"{TOKEN}","expires_in":300}}"#))
    }

    /// What is asked of who shows this instead; none where that is enough.
    pub(crate) fn challenge(self, authorization: Option<&str>, address: &str) -> Option<String> {
        let has_token = authorization == Some("Bearer t0ken");
        match self {
            Self::Open => None,
            Self::Basic => (authorization != Some(PASSWORD)).then(|| "Basic realm=\"x\"".to_owned()),
            Self::Elsewhere => Some("Bearer realm=\"http://elsewhere.example/token\"".to_owned()),
            Self::Tokens | Self::PrivateTokens => (!has_token)
                .then(|| format!("Bearer realm=\"http://{address}/token\",service=\"s\",scope=\"x\"")),
        }
    }
}
