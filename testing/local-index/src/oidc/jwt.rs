//! Signed claims.
//!
//! By ES256 and a key of this process, where GitHub signs by RS256: whoever hands a token on cannot tell, and no
//! private key lies in the repository.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use serde_json::{Value, json};

/// Signs and verifies.
#[derive(Debug)]
pub(crate) struct Signer(EcdsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .expect("the system has random bytes");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random);
        Self(pair.expect("the key was generated for this algorithm"))
    }

    /// The claims as a compact token.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "local-index" });
        let text = format!("{}.{}", encoded(&header.to_string()), encoded(&claims.to_string()));
        let signature =
            self.0.sign(&SystemRandom::new(), text.as_bytes()).expect("the system has random bytes");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that was signed here; the times in it are not looked at.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.0.public_key())
            .verify(text.as_bytes(), &signature)
            .ok()?;
        let claims = URL_SAFE_NO_PAD.decode(text.split_once('.')?.1).ok()?;
        serde_json::from_slice(&claims).ok()
    }
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_believed_as_it_was_signed_and_not_otherwise() {
        let signer = Signer::new();
        let token = signer.sign(&json!({ "sub": "repo:acme/core" }));
        assert_eq!(signer.verified(&token), Some(json!({ "sub": "repo:acme/core" })));
        let forged = Signer::new().sign(&json!({ "sub": "repo:acme/core" }));
        assert_eq!(signer.verified(&forged), None);
        let (header, rest) = token.split_once('.').unwrap();
        let signature = rest.split_once('.').unwrap().1;
        assert_eq!(
            signer.verified(&format!("{header}.{}.{signature}", encoded("{\"sub\":\"other\"}"))),
            None
        );
        assert_eq!(signer.verified("a.b"), None);
    }
}
