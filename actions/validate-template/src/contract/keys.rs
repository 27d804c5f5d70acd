//! The keys of `config.yaml` and the types that they take.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Every key that a schema version knows, by its name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Keys(BTreeMap<String, Key>);

impl Keys {
    /// What is known of a key; none where the key is unknown.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Key> {
        self.0.get(name).copied()
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The names of those that must be there, sorted.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, key)| key.required).map(|(name, _)| name.as_str())
    }
}

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Key {
    /// What its value must be.
    #[serde(rename = "type")]
    pub kind: KeyType,
    /// Whether it must be there.
    #[serde(default)]
    pub required: bool,
    /// Whether a value of a wrong type stops a template although the key may be left out.
    #[serde(default)]
    pub strict: bool,
}

impl Key {
    /// Whether a value of a wrong type is an error rather than a warning.
    #[must_use]
    pub fn must_fit(self) -> bool {
        self.required || self.strict
    }
}

/// What the value of a key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyType {
    /// A string that is not blank.
    Text,
    /// A string of lower-case letters, digits and single hyphens: `claude-code`.
    Slug,
    /// A string.
    String,
    /// An integer: not quoted, no bool, no float.
    Integer,
    /// An integer or a string: `1`, `1.0.0`.
    IntegerOrString,
    /// A mapping.
    Mapping,
    /// The id of a model, or a list of ids or of mappings that have an `id`.
    Models,
    /// Anything.
    Any,
}

/// As a message names it: `an integer`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a string that is not blank",
            Self::Slug => "a name of lower-case letters, digits and hyphens",
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::IntegerOrString => "an integer or a string",
            Self::Mapping => "a mapping",
            Self::Models => "a model's id, or a list of ids or of mappings with an `id`",
            Self::Any => "anything",
        })
    }
}
