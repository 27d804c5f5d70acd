//! The trust root: whose signatures count, and when.

mod line;
mod pattern;
mod validity;

use std::fmt;

use jiff::Timestamp;
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

use self::pattern::PatternList;
use self::validity::{Outside, Validity};
pub use line::LineError;

/// The keys that may sign a mirror's commits, in OpenSSH's `allowed_signers` format: ssh-keygen(1), ALLOWED SIGNERS.
///
/// Every line is read or the whole is refused: a key that was meant to expire and did not, for a word that nobody
/// could read, is worse than no key. Keys are ed25519; times need their `Z`; certificate authorities are refused, and so
/// is an option that stands behind its key, which ssh-keygen takes for a comment.
#[derive(Debug, Clone)]
pub struct AllowedSigners(Vec<Signer>);

/// A line of it.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    line: usize,
    principals: String,
    key: PublicKey,
    namespaces: Option<PatternList>,
    validity: Validity,
}

/// Why a text is no trust root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignersError {
    /// A line cannot be read.
    #[error("line {line} of the allowed signers cannot be used: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: LineError,
    },
    /// There is no key in it.
    #[error("the allowed signers name no key, so no commit could ever be trusted")]
    Empty,
}

impl SignersError {
    /// What would mend it.
    #[must_use]
    pub fn mending(&self) -> &'static str {
        match self {
            Self::Line { error, .. } => error.mending(),
            Self::Empty => "write a line as `publish@acme.test namespaces=\"git\" ssh-ed25519 AAAA…`",
        }
    }
}

/// Why a key may not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unauthorised {
    /// It is not among the signers.
    #[error("the key {0} is not among the allowed signers")]
    Unknown(Fingerprint),
    /// It is there, for other things.
    #[error(
        "the key {key} of line {line} is allowed for the namespaces `{allowed}` and not for `{namespace}`"
    )]
    Namespace {
        /// The key.
        key: Fingerprint,
        /// Its line.
        line: usize,
        /// What it is allowed for.
        allowed: String,
        /// What it was used for.
        namespace: String,
    },
    /// Its time has not come.
    #[error("the key {key} of line {line} is valid from {from}, and the commit is of {at}")]
    NotYet {
        /// The key.
        key: Fingerprint,
        /// Its line.
        line: usize,
        /// When its time begins.
        from: Timestamp,
        /// The moment that was asked about.
        at: Timestamp,
    },
    /// Its time is over.
    #[error("the key {key} of line {line} was valid until {until}, and it is {at}")]
    Expired {
        /// The key.
        key: Fingerprint,
        /// Its line.
        line: usize,
        /// When its time ended.
        until: Timestamp,
        /// The moment that was asked about.
        at: Timestamp,
    },
}

/// A key, as people compare it: `SHA256:…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    pub(crate) fn of(key: &KeyData) -> Self {
        Self(key.fingerprint(HashAlg::Sha256).to_string())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AllowedSigners {
    /// Reads the text.
    ///
    /// # Errors
    /// When a line cannot be used, or there is none.
    pub fn parse(text: &str) -> Result<Self, SignersError> {
        let lines = text.lines().map(str::trim).zip(1..);
        let signers = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let signers = signers
            .map(|(line, number)| {
                line::parse(line, number).map_err(|error| SignersError::Line { line: number, error })
            })
            .collect::<Result<Vec<_>, _>>()?;
        if signers.is_empty() { Err(SignersError::Empty) } else { Ok(Self(signers)) }
    }

    /// These, and others beside them.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().cloned());
        self
    }

    /// The principals that a key stands for, when it may sign in this namespace at all of these times.
    ///
    /// # Errors
    /// When no line allows it. A key may have several lines; the reason is that of the last.
    pub(crate) fn authorise(
        &self,
        key: &KeyData,
        namespace: &str,
        times: &[Timestamp],
    ) -> Result<&str, Unauthorised> {
        let mut refusal = Unauthorised::Unknown(Fingerprint::of(key));
        for signer in self.0.iter().filter(|signer| signer.key.key_data() == key) {
            match signer.allows(namespace, times) {
                Ok(()) => return Ok(&signer.principals),
                Err(why) => refusal = why,
            }
        }
        Err(refusal)
    }
}

impl Signer {
    fn allows(&self, namespace: &str, times: &[Timestamp]) -> Result<(), Unauthorised> {
        let (key, line) = (Fingerprint::of(self.key.key_data()), self.line);
        if let Some(allowed) = self.namespaces.as_ref().filter(|allowed| !allowed.matches(namespace)) {
            let (allowed, namespace) = (allowed.written(), namespace.to_owned());
            return Err(Unauthorised::Namespace { key, line, allowed, namespace });
        }
        for &at in times {
            match self.validity.holds(at) {
                Ok(()) => {}
                Err(Outside::Before(from)) => return Err(Unauthorised::NotYet { key, line, from, at }),
                Err(Outside::After(until)) => return Err(Unauthorised::Expired { key, line, until, at }),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{signing_key, time};

    fn public(seed: u8) -> (String, KeyData) {
        let line = signing_key(seed).public_line();
        let key = PublicKey::from_openssh(&line).unwrap().key_data().clone();
        (line, key)
    }

    fn error(text: &str) -> LineError {
        match AllowedSigners::parse(text) {
            Err(SignersError::Line { line: 1, error }) => error,
            other => panic!("{text:?} gave {other:?}"),
        }
    }

    #[test]
    fn lines_are_read_with_all_that_ssh_keygen_knows() {
        let (one, key) = public(1);
        for line in [
            format!("publish@acme.test {one}"),
            format!("publish@acme.test {one} a comment with words"),
            format!("a,b,!c\tnamespaces=\"git\" {one}"),
            format!(
                "\"a b\" NAMESPACES=\"file,git\",valid-after=\"20200101Z\",valid-before=\"20300101Z\" {one}"
            ),
        ] {
            let text = format!("# the pipeline\r\n\n  {line}\r\n");
            let signers = AllowedSigners::parse(&text).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert!(signers.authorise(&key, "git", &[time(0)]).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_whole_is_refused_and_says_why() {
        let (one, _) = public(1);
        assert_eq!(error(&one), LineError::Principals);
        assert_eq!(error(&format!("!a {one}")), LineError::Principals);
        assert_eq!(error("a"), LineError::NoKey);
        assert_eq!(error("a ssh-ed25519"), LineError::NoKey);
        assert_eq!(error(&format!("a cert-authority {one}")), LineError::Authority);
        assert_eq!(error(&format!("a namespaces=\"git\",CERT-AUTHORITY {one}")), LineError::Authority);
        assert_eq!(
            error(&format!("a expiry-time=\"20300101Z\" {one}")),
            LineError::Option("expiry-time".into())
        );
        assert_eq!(error(&format!("a namespaces=\"git {one}")), LineError::Quote);
        assert!(matches!(error(&format!("a namespaces=git {one}")), LineError::Value { .. }));
        assert!(matches!(error(&format!("a valid-after=20300101Z {one}")), LineError::Value { .. }));
        assert!(matches!(error(&format!("a valid-before=\"20300101\" {one}")), LineError::Value { .. }));
        let twice = "valid-after=\"20200101Z\",valid-after=\"20210101Z\"";
        assert_eq!(error(&format!("a {twice} {one}")), LineError::Twice("valid-after"));
        let never = "valid-after=\"20210101Z\",valid-before=\"20200101Z\"";
        assert!(matches!(error(&format!("a {never} {one}")), LineError::Value { .. }));
        for behind in
            ["valid-before=\"20200101Z\"", "Namespaces=\"file\"", "cert-authority", "b ssh-ed25519 AAAA"]
        {
            let text = format!("a {one} {behind}");
            assert!(matches!(error(&text), LineError::Behind(_)), "{text}");
        }
        assert_eq!(error(&format!("a {one}\rb {one}")), LineError::Control('\r'));
        for kind in ["ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"] {
            assert_eq!(error(&format!("a {kind} AAAA")), LineError::Kind(kind.to_owned()));
        }
        assert!(matches!(error("a ssh-ed25519 AAAA"), LineError::Key(_)));
        assert!(matches!(error(&format!("a {}", &one[..one.len() - 4])), LineError::Key(_)));
        for text in ["", "\n# nobody\n"] {
            assert_eq!(AllowedSigners::parse(text).unwrap_err(), SignersError::Empty);
        }
    }

    #[test]
    fn a_key_counts_by_its_own_lines_and_in_its_time() {
        let ((old, old_key), (new, new_key), (_, other)) = (public(1), public(2), public(3));
        let text = format!(
            "a namespaces=\"git\",valid-before=\"20260101Z\" {old}\nb namespaces=\"git\",valid-after=\"20260101Z\" {new}\n"
        );
        let signers = AllowedSigners::parse(&text).unwrap();
        let [past, change, later] = ["2025-06-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"]
            .map(|text| text.parse().unwrap());
        assert_eq!(signers.authorise(&old_key, "git", &[past, change]), Ok("a"));
        assert_eq!(signers.authorise(&new_key, "git", &[change, later]), Ok("b"));
        assert!(matches!(
            signers.authorise(&old_key, "git", &[past, later]),
            Err(Unauthorised::Expired { .. })
        ));
        assert!(matches!(signers.authorise(&new_key, "git", &[past]), Err(Unauthorised::NotYet { .. })));
        assert!(matches!(signers.authorise(&old_key, "file", &[past]), Err(Unauthorised::Namespace { .. })));
        assert!(matches!(signers.authorise(&other, "git", &[past]), Err(Unauthorised::Unknown(_))));
    }
}
