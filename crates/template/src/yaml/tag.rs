//! Explicit types.

use std::fmt;

/// The prefix of the types that YAML itself names, written `!!`.
const CORE: &str = "tag:yaml.org,2002:";

/// A type that a node names explicitly: `!!str`, `!reference`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    full: String,
}

impl Tag {
    pub(super) fn new(handle: &str, suffix: &str) -> Self {
        Self { full: format!("{handle}{suffix}") }
    }

    /// The tag in full: `tag:yaml.org,2002:str` for `!!str`, `!reference` for a local one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// The type's name if it is one of YAML's own: `str` of `!!str`.
    #[must_use]
    pub fn core(&self) -> Option<&str> {
        self.full.strip_prefix(CORE)
    }

    /// Whether it is the lone `!`, which says that the node is no plain one.
    #[must_use]
    pub fn is_non_specific(&self) -> bool {
        self.full == "!"
    }

    /// Whether a reader that builds plain values knows the tag. `PyYAML`'s `safe_load` stops at any other.
    #[must_use]
    pub fn is_known(&self) -> bool {
        const KNOWN: [&str; 12] = [
            "binary",
            "bool",
            "float",
            "int",
            "map",
            "null",
            "omap",
            "pairs",
            "seq",
            "set",
            "str",
            "timestamp",
        ];
        self.is_non_specific() || self.core().is_some_and(|name| KNOWN.contains(&name))
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.core() {
            Some(name) => write!(f, "!!{name}"),
            None => f.write_str(&self.full),
        }
    }
}
