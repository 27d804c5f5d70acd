//! Inputs that parse by themselves but cannot be used.

use std::net::SocketAddr;

use clap::ValueEnum as _;
use registry::{KeychainError, ReferenceError};
use runner::{Diagnostic, Exit};

use super::Command;

/// An input that parses by itself but cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadInput {
    /// A runtime that nobody knows.
    #[error("there is no runtime `{runtime}`: there are {}", listed(.known))]
    NoRuntime {
        /// What was asked for.
        runtime: String,
        /// What there is.
        known: Vec<String>,
    },
    /// No place for the runtime.
    #[error(
        "input `image` is `{0}`, which is the same for every runtime: write `{{runtime}}` where its name stands"
    )]
    SameImage(String),
    /// No image.
    #[error("input `image` gives no image for the runtime `{runtime}`")]
    NoImage {
        /// The runtime.
        runtime: String,
        /// Why.
        source: ReferenceError,
    },
    /// A digest never changes.
    #[error("input `image` is `{0}`: it needs a tag, since an image named by a digest is never a newer one")]
    NoTag(String),
    /// No prefix.
    #[error("input `prefix` is empty: every container of this host would be the platform's")]
    NoPrefix,
    /// Nobody can be told to pull.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// A plan of what has no end.
    #[error("input `dry-run` is given with `{}`, which goes on for ever: it is a refresh that can be tried dry", command_name(*.0))]
    EndlessDryRun(Command),
    /// An open door.
    #[error("`serve` would listen on `{0}`, where others can reach it, and there is no `serve-token`")]
    NoServeToken(SocketAddr),
    /// A proxy that cannot be used.
    #[error(transparent)]
    Http(#[from] http_client::Error),
}

fn command_name(command: Command) -> String {
    command.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The runtimes in words.
pub(crate) fn listed(known: &[String]) -> String {
    known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Diagnostic for BadInput {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoServeToken(_) => "set `REFRESH_IMAGES_TOKEN`, or listen on `127.0.0.1`".to_owned(),
            Self::Keychain(error) => error.hint().to_owned(),
            _ => return Vec::new(),
        };
        vec![hint]
    }
}
