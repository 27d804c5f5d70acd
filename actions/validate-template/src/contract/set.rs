//! The contracts of all schema versions that this build understands.

use std::collections::BTreeMap;
use std::path::Path;

use domain::known_runtimes;

use super::{Contract, ContractError};

/// The contracts that were built in: their names, for messages, and what they hold.
const EMBEDDED: [(&str, &str); 1] = [("contract/v1.toml", include_str!("../../../../contract/v1.toml"))];

/// The contract of every schema version, by version.
#[derive(Debug, Clone)]
pub struct Contracts(BTreeMap<i64, Contract>);

impl Contracts {
    /// Those of this build.
    ///
    /// # Panics
    /// Never: a test reads every one of them.
    #[must_use]
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED).expect("a test reads the embedded contracts")
    }

    /// Those of the given files, and no others.
    ///
    /// # Errors
    /// When a file cannot be read or is no contract, or when two are of one version.
    pub fn read<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<Self, ContractError> {
        let mut texts = Vec::new();
        for path in paths {
            let text = fs_err::read_to_string(path).map_err(ContractError::Unreadable)?;
            texts.push((path.display().to_string(), text));
        }
        Self::parse(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// Those of the given texts, each with the name of its file.
    ///
    /// # Errors
    /// When a text is no contract, when there are none, or when two are of one version.
    pub fn parse<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ContractError> {
        let mut contracts = BTreeMap::new();
        for (name, text) in texts {
            let mut contract: Contract = toml::from_str(text)
                .map_err(|why| ContractError::Malformed { name: name.to_owned(), why: Box::new(why) })?;
            contract.refuse_nonsense(name)?;
            if contract.runtimes.is_empty() {
                contract.runtimes = known_runtimes();
            }
            let version = contract.schema_version;
            if contracts.insert(version, contract).is_some() {
                return Err(ContractError::SameVersion { name: name.to_owned(), version });
            }
        }
        if contracts.is_empty() { Err(ContractError::None) } else { Ok(Self(contracts)) }
    }

    /// The contract of a schema version; none where the version is unknown.
    #[must_use]
    pub fn get(&self, version: i64) -> Option<&Contract> {
        self.0.get(&version)
    }

    /// The newest version's, by which a template is judged that does not tell its version.
    #[must_use]
    pub fn newest(&self) -> &Contract {
        let (_, newest) = self.0.last_key_value().expect("there is at least one");
        newest
    }

    /// Every contract, from the oldest version on.
    pub fn all(&self) -> impl Iterator<Item = &Contract> {
        self.0.values()
    }

    /// The versions, from the oldest on.
    pub fn versions(&self) -> impl Iterator<Item = i64> {
        self.0.keys().copied()
    }
}
