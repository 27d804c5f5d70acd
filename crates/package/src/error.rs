//! Why a package cannot be made.

use std::fmt;

use python::Position;

use crate::drift::Drift;
use crate::path::TreePath;
use crate::tree::TreeError;

/// Why a package cannot be made of a source tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// There is no source.
    #[error("the source folder `{0}` is not there, or holds nothing that is not left out")]
    NoSource(TreePath),
    /// The source folder and the manifest's lists differ.
    #[error("the source folder and the manifest's lists differ:{}", Lines(.0))]
    Drift(Vec<Drift>),
    /// Modules that cannot be rewritten.
    #[error("could not rewrite the imports:{}", Lines(.0))]
    Source(Vec<SourceError>),
    /// A file that the manifest names is not there.
    #[error("`{path}`, which the manifest names as {role}, is not there")]
    NoFile {
        /// The file.
        path: TreePath,
        /// What it is to the manifest.
        role: &'static str,
    },
    /// The readme is not UTF-8.
    #[error("the readme `{0}` is not UTF-8")]
    ReadmeNotText(TreePath),
    /// A compiled module, in a wheel that says it runs anywhere.
    #[error("`{0}` is compiled: the wheel of a runtime holds Python only")]
    Compiled(TreePath),
    /// A file that the build writes itself.
    #[error("`{0}` is written by the build and cannot be in the source folder")]
    Reserved(TreePath),
    /// Two files want the same place.
    #[error("the package cannot hold all its files")]
    Tree(#[from] TreeError),
}

impl BuildError {
    /// What would mend it, where the message does not say so already.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSource(_) => {
                "set `source.folder` to the folder of modules, relative to the manifest".to_owned()
            }
            Self::NoFile { .. } => "add the file, or correct its path, relative to the manifest".to_owned(),
            Self::ReadmeNotText(_) => "save it as UTF-8".to_owned(),
            Self::Compiled(_) => {
                "ship it as a distribution of its own, or leave it out by `exclude-files`".to_owned()
            }
            Self::Reserved(path) => format!("rename it, or leave it out by `exclude-files = [\"{path}\"]`"),
            Self::Tree(_) => "rename one of them".to_owned(),
            Self::Source(_) => {
                "correct what is told of each file, or leave the file out by `exclude-files`".to_owned()
            }
            Self::Drift(_) => return None,
        })
    }
}

/// A place in a source file that stands in the way, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// The file, relative to the manifest.
    pub path: TreePath,
    /// The place; none where the file as a whole is meant.
    pub position: Option<Position>,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "{}:{position}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// Each entry in a line of its own.
struct Lines<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Lines<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|entry| write!(f, "\n  {entry}"))
    }
}
