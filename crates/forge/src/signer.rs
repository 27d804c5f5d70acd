//! RS256 by ring, for `jsonwebtoken`, whose own providers would bring a second cryptographic library.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, EncodingKey};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use signature::Signer;

/// Makes ring the process's signer; harmless when done twice.
pub(crate) fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: |algorithm, key| match algorithm {
            Algorithm::RS256 => Ok(Box::new(Rs256(pair(key)?))),
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        },
        // a forge verifies our tokens; we verify none
        verifier_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
        key_utils: KeyUtils::new_unimplemented(),
    };
    // the only way to fail is that it is installed already, and nothing else installs another one
    let _already_installed = PROVIDER.install_default();
}

/// Checks that a key can sign.
pub(crate) fn check(key: &EncodingKey) -> Result<(), Error> {
    pair(key).map(drop)
}

fn pair(key: &EncodingKey) -> Result<RsaKeyPair, Error> {
    RsaKeyPair::from_der(key.as_bytes())
        .map_err(|rejected| ErrorKind::InvalidRsaKey(rejected.to_string()).into())
}

struct Rs256(RsaKeyPair);

impl Signer<Vec<u8>> for Rs256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mut signed = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signed)
            .map_err(|_| signature::Error::new())?;
        Ok(signed)
    }
}

impl JwtSigner for Rs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}
