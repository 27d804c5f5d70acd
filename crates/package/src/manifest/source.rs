//! `[source]`: where the modules come from, and which they are.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::error::{ManifestError, Position};
use super::pattern::Pattern;
use super::standalone::LayoutName;
use super::words::Identifier;
use crate::path::TreePath;

/// Where the modules come from, and which they are.
#[derive(Debug, Clone)]
pub struct Source {
    /// The folder of bare modules: `workspace`.
    pub folder: TreePath,
    /// The modules at its top, each a `.py` file.
    pub modules: Vec<Listed>,
    /// The folders at its top that are packages; everything in them is shipped.
    pub subpackages: Vec<Listed>,
    /// Other files at its top that are shipped, by name.
    pub data: Vec<TreePath>,
    /// Folders that are left out.
    pub exclude_folders: Vec<Pattern>,
    /// Files that are left out.
    pub exclude_files: Vec<Pattern>,
    /// Modules whose name `__import__` may be given, which cannot be rewritten; they are left as they are.
    pub tolerate_dunder_import: Vec<Identifier>,
}

/// An entry of a closed list, and the line of the manifest that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The module or folder.
    pub name: Identifier,
    /// The line, from 1.
    pub line: usize,
}

/// What tools leave behind in a folder of Python, and what is never part of a package.
const LEFTOVER_FOLDERS: [&str; 7] =
    ["__pycache__", ".git", ".hg", ".svn", ".mypy_cache", ".pytest_cache", ".ruff_cache"];
const LEFTOVER_FILES: [&str; 3] = ["*.pyc", "*.pyo", ".DS_Store"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawSource {
    /// Read before: it decides what else there may be.
    #[serde(default, rename = "layout")]
    _layout: LayoutName,
    folder: TreePath,
    #[serde(default)]
    modules: Vec<Spanned<Identifier>>,
    #[serde(default)]
    subpackages: Vec<Spanned<Identifier>>,
    #[serde(default)]
    data: Vec<TreePath>,
    #[serde(default)]
    exclude_folders: Vec<Pattern>,
    #[serde(default)]
    exclude_files: Vec<Pattern>,
    #[serde(default)]
    tolerate_dunder_import: Vec<Identifier>,
}

impl RawSource {
    /// Holds the lists against each other.
    pub(super) fn checked(self, package: &Identifier, text: &str) -> Result<Source, ManifestError> {
        let mut seen = HashMap::new();
        for entry in self.modules.iter().chain(&self.subpackages) {
            let (name, at) = (entry.get_ref(), entry.span().start);
            if name == package {
                return Err(ManifestError::at(at, text, format!("`{name}` is the import package itself")));
            }
            if name.as_str() == "__init__" {
                return Err(ManifestError::at(
                    at,
                    text,
                    format!("`{name}` needs no entry: it is always shipped"),
                ));
            }
            if let Some(first) = seen.insert(name.clone(), at) {
                let first = Position::of(first, text).line;
                let message = format!("`{name}` is listed twice, first in line {first}");
                return Err(ManifestError::at(at, text, message));
            }
        }
        let listed = |entries: Vec<Spanned<Identifier>>| {
            let listed = entries.into_iter().map(|entry| Listed {
                line: Position::of(entry.span().start, text).line,
                name: entry.into_inner(),
            });
            listed.collect()
        };
        Ok(Source {
            folder: self.folder,
            modules: listed(self.modules),
            subpackages: listed(self.subpackages),
            data: self.data,
            exclude_folders: with_leftovers(self.exclude_folders, &LEFTOVER_FOLDERS),
            exclude_files: with_leftovers(self.exclude_files, &LEFTOVER_FILES),
            tolerate_dunder_import: self.tolerate_dunder_import,
        })
    }
}

fn with_leftovers(mut patterns: Vec<Pattern>, leftovers: &[&str]) -> Vec<Pattern> {
    patterns.extend(leftovers.iter().map(|name| Pattern::name(name)));
    patterns
}

impl Source {
    /// Whether this folder, by its path below the source folder, is left out with all that it holds.
    #[must_use]
    pub fn excludes_folder(&self, folder: &str) -> bool {
        self.exclude_folders.iter().any(|pattern| pattern.matches(folder))
    }

    /// Whether the module in this file or folder, by its path below the source folder without `.py`, is left out.
    #[must_use]
    pub fn excludes_module(&self, path: &str) -> bool {
        self.excludes_folder(path) || self.excludes_file(&format!("{path}.py"))
    }

    /// Whether a list names this module at the top of the source folder letter by letter, so that it is surely there.
    #[must_use]
    pub fn excludes_by_name(&self, name: &str) -> bool {
        self.exclude_folders.iter().any(|pattern| pattern.is_literally(name))
            || self.exclude_files.iter().any(|pattern| pattern.is_literally(&format!("{name}.py")))
    }

    /// Whether this file, by its path below the source folder, is left out by its own name.
    #[must_use]
    pub fn excludes_file(&self, path: &str) -> bool {
        self.exclude_files.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether this file, by its path below the source folder, is left out, by itself or with its folder.
    #[must_use]
    pub fn excludes(&self, path: &TreePath) -> bool {
        path.folders().any(|folder| self.excludes_folder(folder)) || self.excludes_file(path.as_str())
    }

    /// The names that imports of the package's own modules begin with: modules and subpackages.
    pub fn roots(&self) -> impl Iterator<Item = &Identifier> {
        self.modules.iter().chain(&self.subpackages).map(|listed| &listed.name)
    }
}
