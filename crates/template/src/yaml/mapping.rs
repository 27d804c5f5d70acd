//! Keys and values.

use text::Span;

use super::node::Node;
use super::schema::{Schema, Value};

/// A mapping: its entries in the order of the text, then those that merge keys bring in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    pub(super) entries: Vec<Entry>,
    pub(super) merge_keys: Vec<Span>,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Always a scalar.
    pub key: Node,
    /// What it has.
    pub value: Node,
    /// The merge key that brought it in, for an entry that is not written in the mapping itself.
    pub merged_at: Option<Span>,
}

impl Mapping {
    /// The entries. No two have one key.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry under a key that YAML 1.2 reads as this string: `on` finds `on:`, which YAML 1.1 reads as true.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is_called(key))
    }

    /// The value under a key, as [`get`](Self::get) finds it.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Node> {
        self.get(key).map(|entry| &entry.value)
    }

    /// Where the mapping has `<<`, which YAML 1.1 reads as "what that mapping has, too".
    #[must_use]
    pub fn merge_keys(&self) -> &[Span] {
        &self.merge_keys
    }
}

impl Entry {
    /// Key and value together.
    #[must_use]
    pub fn span(&self) -> Span {
        self.key.span().to(self.value.span())
    }

    fn is_called(&self, name: &str) -> bool {
        self.key
            .as_scalar()
            .is_some_and(|key| key.text() == name && *key.value(Schema::Yaml12) == Value::Text)
    }
}
