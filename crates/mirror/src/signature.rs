//! Signatures as ssh-keygen makes them and git asks for: sshsig, ed25519, in the namespace `git`.
//! <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig>

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, SshSig};

use crate::signers::Fingerprint;

/// What git signs commits as.
pub const NAMESPACE: &str = "git";

/// The key that a mirror's commits are signed with. It does not print, and its memory is overwritten when it goes.
pub struct SigningKey(PrivateKey);

/// Why a text is no key to sign with. None of these holds any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// It is no private key in OpenSSH's format.
    #[error("the signing key is no private key in OpenSSH's format")]
    Format,
    /// It is of another kind.
    #[error("the signing key is of a kind that is not supported")]
    Kind,
    /// It asks for a passphrase.
    #[error("the signing key is protected by a passphrase, which nobody can type here")]
    Encrypted,
    /// Its two halves do not belong together.
    #[error("the signing key's public half is not that of its private half")]
    Halves,
}

impl SigningKeyError {
    /// What would mend it.
    #[must_use]
    pub fn mending(self) -> &'static str {
        "make one with `ssh-keygen -t ed25519 -N '' -C publish -f mirror-key`, and store the whole file `mirror-key` as \
         the secret, with its first and last line"
    }
}

impl SigningKey {
    /// Reads a private key in OpenSSH's format.
    ///
    /// Line ends and blanks at the ends do not matter: secrets pass through web forms.
    ///
    /// # Errors
    /// When it is none, of another kind than ed25519, or encrypted.
    pub fn parse(pem: &SecretString) -> Result<Self, SigningKeyError> {
        let lines = pem.expose_secret().lines().map(str::trim).filter(|line| !line.is_empty());
        // lines are written into room that is there already: no copy is left behind where it grew
        let mut text = String::with_capacity(pem.expose_secret().len() + 1);
        lines.for_each(|line| {
            text.push_str(line);
            text.push('\n');
        });
        let text = SecretString::from(text);
        let key = PrivateKey::from_openssh(text.expose_secret()).map_err(|_| SigningKeyError::Format)?;
        if key.is_encrypted() {
            return Err(SigningKeyError::Encrypted);
        }
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(SigningKeyError::Kind);
        }
        let key = Self(key);
        let probe = key.sign(b"probe");
        let is_whole = Signature::parse(&probe).is_ok_and(|probe| probe.verify(b"probe").is_ok());
        if is_whole { Ok(key) } else { Err(SigningKeyError::Halves) }
    }

    /// Signs the payload of a commit: the armored signature, to its last line end.
    #[must_use]
    pub fn sign(&self, payload: &[u8]) -> String {
        self.sign_in(NAMESPACE, payload)
    }

    pub(crate) fn sign_in(&self, namespace: &str, payload: &[u8]) -> String {
        let signature = self.0.sign(namespace, HashAlg::Sha512, payload);
        let armored = signature.and_then(|signature| signature.to_pem(LineEnding::LF));
        let mut armored = armored.expect("an unencrypted ed25519 key signs anything");
        if !armored.ends_with('\n') {
            armored.push('\n');
        }
        armored
    }

    /// The public half, as a line of `allowed_signers` ends: `ssh-ed25519 AAAA…`.
    #[must_use]
    pub fn public_line(&self) -> String {
        let mut key = self.0.public_key().clone();
        key.set_comment("");
        key.to_openssh().expect("an ed25519 key can be written").trim().to_owned()
    }

    /// The public half, as people compare it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.0.public_key().key_data())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.fingerprint())
    }
}

/// A signature, read and yet to be believed.
#[derive(Debug, Clone)]
pub(crate) struct Signature(SshSig);

/// Why a signature is not one of the payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is one of another program: `gpg`, `gpgsm`.
    #[error("its signature is made with {0}, and not with an SSH key")]
    Other(&'static str),
    /// It is malformed.
    #[error("its signature cannot be read: {0}")]
    Malformed(String),
    /// It was made for another purpose.
    #[error("its signature was made in the namespace `{}`, and not for git", .0.escape_debug())]
    Namespace(String),
    /// It is of another kind of key.
    #[error("its signature is of a `{0}` key, and only ed25519 is supported")]
    Kind(String),
    /// It does not belong to these bytes.
    #[error(
        "its signature does not fit it: tree, parent, names, times or message were changed after it was signed"
    )]
    Mismatch,
}

impl Signature {
    /// Reads an armored signature.
    pub(crate) fn parse(armored: &str) -> Result<Self, SignatureError> {
        for (start, what) in [("-----BEGIN PGP", "GnuPG"), ("-----BEGIN SIGNED", "X.509")] {
            if armored.starts_with(start) {
                return Err(SignatureError::Other(what));
            }
        }
        let signature =
            SshSig::from_pem(armored).map_err(|error| SignatureError::Malformed(error.to_string()))?;
        if signature.version() != SshSig::VERSION {
            return Err(SignatureError::Malformed(format!("it is of version {}", signature.version())));
        }
        for kind in [signature.public_key().algorithm(), signature.algorithm()] {
            if kind != Algorithm::Ed25519 {
                return Err(SignatureError::Kind(kind.as_str().chars().take(60).collect()));
            }
        }
        // lengths within it are not all checked by the parser; written again, they are right. And a signature that can be
        // written in one way only leaves a commit one id: nobody but its maker can make another of the same words
        let written = signature.to_pem(LineEnding::LF).unwrap_or_default();
        if written.trim_end_matches('\n') != armored.strip_suffix('\n').unwrap_or(armored) {
            return Err(SignatureError::Malformed("it is written in an unusual way".to_owned()));
        }
        Ok(Self(signature))
    }

    /// The key that it claims to be of.
    pub(crate) fn key(&self) -> &KeyData {
        self.0.public_key()
    }

    /// Whether it is that key's, over these bytes, for git.
    pub(crate) fn verify(&self, payload: &[u8]) -> Result<(), SignatureError> {
        if self.0.namespace() != NAMESPACE {
            return Err(SignatureError::Namespace(self.0.namespace().chars().take(60).collect()));
        }
        let key = ssh_key::PublicKey::from(self.key().clone());
        key.verify(NAMESPACE, payload, &self.0).map_err(|_| SignatureError::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{private_pem, signing_key};

    #[test]
    fn a_key_signs_what_it_verifies_and_nothing_else() {
        let signature = signing_key(1).sign(b"payload");
        assert!(signature.starts_with("-----BEGIN SSH SIGNATURE-----\n"));
        assert!(signature.ends_with("\n-----END SSH SIGNATURE-----\n"));
        let signature = Signature::parse(&signature).unwrap();
        assert_eq!(signature.verify(b"payload"), Ok(()));
        assert_eq!(signature.verify(b"payloae"), Err(SignatureError::Mismatch));
        let foreign = Signature::parse(&signing_key(1).sign_in("file", b"payload")).unwrap();
        assert_eq!(foreign.verify(b"payload"), Err(SignatureError::Namespace("file".to_owned())));
    }

    #[test]
    fn a_signature_with_any_byte_missing_or_changed_is_none() {
        let armored = signing_key(1).sign(b"payload");
        let holds = |text: &str| Signature::parse(text).is_ok_and(|one| one.verify(b"payload").is_ok());
        assert!(holds(&armored));
        for end in 0..armored.trim_end().len() {
            assert!(!holds(&armored[..end]), "cut at {end}");
        }
        let begin = armored.find('\n').unwrap() + 1;
        let end = armored.rfind("\n-----END").unwrap();
        for at in (begin..end).filter(|at| !matches!(armored.as_bytes()[*at], b'\n' | b'=')) {
            let by = if &armored[at..=at] == "A" { "B" } else { "A" };
            let changed = format!("{}{by}{}", &armored[..at], &armored[at + 1..]);
            assert!(!holds(&changed), "changed at {at}");
        }
        let line = armored.lines().nth(1).unwrap();
        let (one, other) = line.split_at(40);
        for respaced in [
            armored.replacen(line, &format!("{one}\n{other}"), 1),
            armored.replacen(line, &format!("{line} "), 1),
            armored.replacen(line, &format!(" {line}"), 1),
            armored.replace('\n', "\r\n"),
            format!("{armored}\n"),
            format!("\n{armored}"),
        ] {
            assert!(!holds(&respaced), "{respaced}");
        }
        assert!(!holds(&format!("{armored}x")));
        assert!(!holds(&format!("x\n{armored}")));
    }

    #[test]
    fn other_kinds_of_signatures_are_named() {
        let parse = |text: &str| Signature::parse(text).unwrap_err().to_string();
        assert!(parse("-----BEGIN PGP SIGNATURE-----\n").contains("GnuPG"));
        assert!(parse("-----BEGIN SIGNED MESSAGE-----\n").contains("X.509"));
        assert!(parse("").contains("cannot be read"));
    }

    #[test]
    fn a_key_is_read_through_what_web_forms_do_to_it_and_never_printed() {
        let pem = private_pem(1);
        for text in [pem.clone(), pem.trim().to_owned(), pem.replace('\n', "\r\n"), format!("\n {pem}\n\n")] {
            let key = SigningKey::parse(&text.into()).unwrap();
            assert_eq!(key.public_line(), signing_key(1).public_line());
            let secret = pem.lines().nth(2).unwrap();
            assert!(!format!("{key:?}").contains(secret));
        }
        for text in [String::new(), "x".into(), pem[..pem.len() / 2].to_owned(), pem.replace('\n', " ")] {
            assert_eq!(SigningKey::parse(&text.into()).unwrap_err(), SigningKeyError::Format);
        }
    }
}
