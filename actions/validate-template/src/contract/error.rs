//! What can be wrong with a contract file.

use std::io;

use runner::{Diagnostic, Exit};

/// A contract that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The file cannot be read.
    #[error("could not read a contract")]
    Unreadable(#[source] io::Error),
    /// The file does not say what a contract says.
    #[error("`{name}` is no contract")]
    Malformed {
        /// The file.
        name: String,
        /// What is wrong with it.
        #[source]
        why: Box<toml::de::Error>,
    },
    /// A value is none that could be judged by.
    #[error("`{name}` is no contract: `{field}` is `{value}`, and must be {wanted}")]
    Invalid {
        /// The file.
        name: String,
        /// The field, by its path.
        field: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// Two files are of one schema version.
    #[error("`{name}` is a second contract of schema version {version}")]
    SameVersion {
        /// The second file.
        name: String,
        /// The version of both.
        version: i64,
    },
    /// No file was named.
    #[error("there is no contract to judge by")]
    None,
}

impl Diagnostic for ContractError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Malformed { .. } | Self::Invalid { .. } => {
                vec!["begin with a copy of `contract/v1.toml`".to_owned()]
            }
            Self::SameVersion { .. } => vec!["give each version one file".to_owned()],
            Self::Unreadable(_) | Self::None => Vec::new(),
        }
    }
}
