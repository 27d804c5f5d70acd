//! Inputs that parse by themselves but cannot be used.

use std::path::PathBuf;

use domain::{PackageVersion, RepoName};
use registry::KeychainError;
use runner::{Diagnostic, Exit};

use crate::payload::PayloadError;
use crate::receipt::NoImage;
use crate::targets::ManifestError;

/// An input that parses by itself but cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadInput {
    /// No version.
    #[error("input `version` is empty: give the version that was released")]
    NoVersion,
    /// No source.
    #[error("input `source` is empty, and there is no job that would tell the repository")]
    NoSource,
    /// A local version.
    #[error("input `version` is `{0}`, a local version, which no index serves")]
    LocalVersion(PackageVersion),
    /// Beyond the forge's limits.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// A line that is no pair.
    #[error("input `payload` has the line `{0}`: write each line as `name=value`")]
    PayloadLine(String),
    /// A manifest that cannot be used.
    #[error("input `manifest` cannot be used")]
    Manifest(#[source] ManifestError),
    /// A manifest that cannot be read.
    #[error("input `manifest` is `{path}`, which cannot be read")]
    NoManifest {
        /// The input.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A target that stands twice.
    #[error("target `{0}` stands twice in `repos` and `manifest`")]
    SameTarget(RepoName),
    /// A name that is no target's.
    #[error("input `only` names `{0}`, which is no target of this run")]
    NoTarget(RepoName),
    /// No organisation.
    #[error("input `organization` is `{0}`, which no forge takes for one")]
    Organization(String),
    /// What only discovery reads.
    #[error("input `{0}` is set and `organization` is not: it says which of its repositories are targets")]
    NoOrganization(&'static str),
    /// Two versions.
    #[error(
        "input `allow-downgrade` is `{allowed}` and `version` is `{version}`: name the version that is told"
    )]
    OtherDowngrade {
        /// The input.
        allowed: PackageVersion,
        /// The version.
        version: PackageVersion,
    },
    /// An index that cannot be read by HTTP, or only with what its URL must not hold; the value may be a secret.
    #[error(
        "input `index-url` cannot be used: give an `http` or `https` URL without user, password, query and fragment, such as `https://pypi.org/simple/`"
    )]
    IndexUrl,
    /// A receipt of a run that has not ended.
    #[error("input `receipt` is set and `wait` is not `concluded`: a run pushes its image before it ends")]
    ReceiptTooEarly,
    /// An image that is not known.
    #[error(transparent)]
    NoImage(#[from] NoImage),
    /// Nobody can be told to ask the registry.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// No credential.
    #[error("input `token` is empty, and there is no GitHub App either: {0}")]
    NoToken(&'static str),
    /// Half a GitHub App.
    #[error("inputs `app-id` and `app-private-key` belong together, and one of them is empty")]
    HalfApp,
    /// A token that no header can hold.
    #[error("input `token` holds a line break or another character that no token has")]
    TokenCharacters,
    /// An app that cannot be.
    #[error(transparent)]
    App(forge::Error),
}

impl Diagnostic for BadInput {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoToken(_) => {
                Some("name a secret that is set: a job's own token writes to no other repository".to_owned())
            }
            Self::NoImage(_) => Some(NoImage::MENDING.to_owned()),
            Self::Keychain(error) => Some(error.hint().to_owned()),
            Self::NoTarget(_) => Some("leave `only` empty to tell all targets".to_owned()),
            Self::NoManifest { .. } => Some(
                "give its path from the workspace's root, after a step that checks the repository out"
                    .to_owned(),
            ),
            Self::TokenCharacters => Some("store the secret again, without line breaks around it".to_owned()),
            Self::App(error) => error.hint(),
            _ => None,
        };
        hint.into_iter().collect()
    }
}
