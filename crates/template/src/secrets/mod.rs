//! Credentials in text.
//!
//! [`scan`] knows credentials by how their issuers write them, and looks no further: a random string without such a
//! prefix is a commit or a digest more often than a secret. Where a format has a checksum or a structure, it is tried.
//! A placeholder exempts the match that it is part of, and nothing else on its line.
//!
//! One pass over the bytes, in time linear in their number; nothing of a credential leaves but its prefix.

mod aws;
mod kind;
mod macaroon;
mod pem;
mod placeholder;
mod runs;
mod scan;
mod token;
mod web_token;
mod wide;

use text::Span;

pub use kind::Kind;
pub use scan::scan;

/// A credential that has been found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Whose it is.
    pub kind: Kind,
    /// How sure that is.
    pub certainty: Certainty,
    /// Where it stands; of a private key, from its first line to its last.
    pub span: Span,
    /// What may be shown of it: the prefix that all of its kind have.
    pub redacted: String,
}

/// How sure it is that a match is a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Prefix, alphabet and length are right.
    Shaped,
    /// So is what its issuer puts into it: a checksum, a header. That is no accident, whatever words are in it.
    Verified,
}
