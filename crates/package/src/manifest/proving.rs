//! `[proof]`: what the proof is to let pass.

use serde::Deserialize;

use super::words::ModuleName;

/// What the proof is to let pass.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proving {
    /// Modules, or names in modules (`acme_runtime.six.moves`, `acme_runtime.tools.fetch`), that are there when the
    /// package runs although nothing in its source says so: what stands against them, and against what lies in them,
    /// becomes a note.
    #[serde(default)]
    pub tolerate: Vec<ModuleName>,
}

impl Proving {
    /// The entries, by their places in the list, that let pass what stands against this module or name.
    pub(crate) fn tolerating(&self, name: &str) -> impl Iterator<Item = usize> {
        let is_within = move |one: &ModuleName| {
            name.strip_prefix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.tolerate.iter().enumerate().filter(move |(_, one)| is_within(one)).map(|(place, _)| place)
    }
}
