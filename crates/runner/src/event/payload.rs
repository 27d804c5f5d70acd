//! How payloads are read: fields into words of the trade, errors with the field's path.

use std::fmt::Display;
use std::str::FromStr;

use domain::{BranchName, CommitSha};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use super::error::Malformed;

pub(super) fn parse<T: DeserializeOwned>(payload: &str) -> Result<T, Malformed> {
    let mut json = serde_json::Deserializer::from_str(payload);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| Malformed {
        field: error.path().to_string(),
        why: error.into_inner().to_string(),
    })?;
    json.end().map_err(|error| Malformed { field: ".".to_owned(), why: error.to_string() })?;
    Ok(value)
}

/// A text that is a word of the trade.
pub(super) fn word<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

/// The same, or nothing where the field is `null` or empty. The field must also be `#[serde(default)]`.
pub(super) fn optional_word<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()) {
        Some(text) => text.parse().map(Some).map_err(D::Error::custom),
        None => Ok(None),
    }
}

/// A commit, or nothing where forges write forty zeros: before a ref's creation, after its deletion.
pub(super) fn commit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<CommitSha>, D::Error> {
    Ok(optional_word::<D, CommitSha>(from)?.filter(|sha| !sha.is_null()))
}

/// What every payload says of its repository.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Repository {
    #[serde(deserialize_with = "optional_word")]
    default_branch: Option<BranchName>,
}

/// The default branch out of the payload's `repository`.
pub(super) fn default_branch<'de, D: Deserializer<'de>>(from: D) -> Result<Option<BranchName>, D::Error> {
    Ok(Option::<Repository>::deserialize(from)?.and_then(|repository| repository.default_branch))
}
