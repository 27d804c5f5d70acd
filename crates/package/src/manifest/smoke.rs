//! `[smoke]`: what must work once the package is installed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words::{ModuleName, ObjectReference};

/// What must work once the package is installed in a fresh environment.
///
/// The proof holds imports and attributes against the package before anything is installed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Smoke {
    /// Modules that must import.
    pub imports: Vec<ModuleName>,
    /// Objects that must exist.
    pub attributes: Vec<ObjectReference>,
    /// Commands that must end with success, each as its words: `["molecule-runtime", "--help"]`.
    pub commands: Vec<Vec<String>>,
    /// What their environment holds beside the bare minimum.
    pub environment: BTreeMap<String, String>,
    /// How long each may take.
    pub timeout_seconds: u32,
}

impl Default for Smoke {
    fn default() -> Self {
        Self {
            imports: Vec::new(),
            attributes: Vec::new(),
            commands: Vec::new(),
            environment: BTreeMap::new(),
            timeout_seconds: 60,
        }
    }
}
