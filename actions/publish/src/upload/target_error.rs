//! Why the inputs do not say where to publish.

use runner::{Diagnostic, Exit};

use super::target::Registry;

/// Why the inputs do not say where to publish. None of these holds a token, and nothing was sent anywhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// One address of an index that has two.
    #[error("`{missing}` is not set, and does not follow from `{given}`")]
    HalfATarget {
        /// The input that is not set.
        missing: &'static str,
        /// The address that is.
        given: String,
    },
    /// The addresses are of different indexes.
    #[error(
        "`index-url` and `upload-url` are of different indexes: one is that of {registry}, `{odd}` is not"
    )]
    NotAPair {
        /// The index that one of them is of.
        registry: Registry,
        /// The input that is not of it.
        odd: &'static str,
    },
    /// An address holds a user or a password, which is not repeated here.
    #[error("the address in `{input}` holds a user or password")]
    CredentialsInUrl {
        /// The input.
        input: &'static str,
    },
    /// An address is none of an index.
    #[error("`{input}` cannot be `{url}`: {why}")]
    NotAnAddress {
        /// The input.
        input: &'static str,
        /// Its value.
        url: String,
        /// Why not.
        why: &'static str,
    },
    /// An address to which a token would travel unencrypted.
    #[error("`{input}` cannot be `{url}`: over `http` everybody on the way could read the token")]
    PlainHttp {
        /// The input.
        input: &'static str,
        /// Its value.
        url: String,
    },
    /// The token cannot be one.
    #[error("the token is empty or holds a blank, a line break or another control character")]
    BadToken,
    /// The user cannot be one.
    #[error("the user is empty or holds a blank, a colon or a control character")]
    BadUser,
    /// The token is not one of PyPI's.
    #[error("the token is none of {registry}: those begin with `pypi-`")]
    ForeignToken {
        /// The index.
        registry: Registry,
    },
    /// A user where there is none.
    #[error("{registry} knows tokens and no users with passwords")]
    UserBesideToken {
        /// The index.
        registry: Registry,
    },
    /// A token without a user where there must be one.
    #[error("there is a token for {registry} and no user")]
    NoUser {
        /// The index.
        registry: Registry,
    },
    /// No token where there must be one.
    #[error("there is no token for {registry}")]
    NoToken {
        /// The index.
        registry: Registry,
    },
}

impl Diagnostic for TargetError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::HalfATarget { missing, .. } => {
                return vec![format!(
                    "set `{missing}` too; only PyPI, TestPyPI and Gitea (`https://host/api/packages/owner/pypi`) \
                     need just one of them"
                )];
            }
            Self::NotAPair { .. } => "set both to the same index, or only one of them",
            Self::CredentialsInUrl { .. } => "take them out and set `user` and `token`, which are masked",
            Self::NotAnAddress { .. } => "give the plain `https` address of the index",
            Self::PlainHttp { .. } => {
                "serve the index over `https`; `http` is for this machine, and for the forge that the job runs for"
            }
            Self::BadToken => "store the secret again, without the line break that pasting adds",
            Self::BadUser => "give the name that the index knows the token's owner by",
            Self::ForeignToken { .. } => {
                "make one in the account's or the project's settings on the index, or leave the token out to publish \
                 by Trusted Publishing"
            }
            Self::UserBesideToken { .. } => "leave `user` out",
            Self::NoUser { .. } => "set `user` to the owner of the token",
            Self::NoToken { registry: Registry::Gitea } => {
                "set `user` and `token`: a token of a user who may write packages of the owner, with the scope \
                 `write:package`; the job's own token cannot"
            }
            Self::NoToken { .. } => "set `token`, or leave `user` out too to publish by Trusted Publishing",
        };
        vec![hint.to_owned()]
    }
}
