//! Why a run as a whole failed. What is wrong with one target is a [`Trouble`](crate::trouble::Trouble).

use std::path::PathBuf;

use domain::{PackageVersion, ProjectName};
use index::IndexError;
use runner::{Diagnostic, Exit};

/// Why a run as a whole failed.
#[derive(Debug, thiserror::Error)]
pub enum CascadeError {
    /// The forge does not let the token in, or cannot be reached.
    #[error(transparent)]
    Forge(#[from] forge::Error),
    /// A token of GitHub's older kind that may write to no repository.
    #[error("the token may write to no repository: it has the scopes `{}` alone", .0.join("`, `"))]
    Scopes(Vec<String>),
    /// The package index did not tell what it holds.
    #[error(transparent)]
    Index(#[from] Box<IndexError>),
    /// The package index does not serve the version.
    #[error("the index `{index}` does not serve `{project}` {version} after {seconds} s")]
    NotServed {
        /// The index.
        index: String,
        /// The project.
        project: ProjectName,
        /// The version.
        version: PackageVersion,
        /// How long it was waited for.
        seconds: u64,
    },
    /// Nothing was discovered and nothing is listed.
    #[error("organization `{organization}` has no repository that is a target")]
    NoTargets {
        /// The organisation.
        organization: String,
    },
    /// A retry names what is no target.
    #[error("input `only` names `{0}`, which is no target of this run")]
    NoTarget(domain::RepoName),
    /// The run is to end.
    #[error("the run was ended by {0} before anybody was told")]
    Interrupted(&'static str),
    /// The ledger cannot be written.
    #[error("could not write the ledger `{path}`")]
    Ledger {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Diagnostic for CascadeError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoTarget(_) | Self::NoTargets { .. } | Self::Forge(forge::Error::Credential { .. }) => {
                Exit::BadInput
            }
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Forge(error) => error.hint(),
            Self::Index(error) => error.hint(),
            Self::Scopes(_) => Some("give the token the scope `repo`, or make a fine-grained one".to_owned()),
            Self::NotServed { .. } => Some(
                "see that the release was published to this index, or give a higher `index-timeout`"
                    .to_owned(),
            ),
            Self::NoTargets { .. } => Some(
                "see that the token may read the organisation, and what `pattern`, `topic` and `exclude` say"
                    .to_owned(),
            ),
            Self::Interrupted(_) => Some("run again".to_owned()),
            Self::NoTarget(_) => Some("leave `only` empty to tell all targets".to_owned()),
            Self::Ledger { .. } => Some("give a path below the workspace".to_owned()),
        };
        hint.into_iter().collect()
    }
}
