//! A tree of files as a value.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;

use crate::path::TreePath;

/// Whether a file may be executed: the one bit of its mode that git, wheels and sdists agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// `0644`
    #[default]
    Regular,
    /// `0755`
    Executable,
}

impl Mode {
    /// The permission bits, the same under every umask.
    #[must_use]
    pub fn permissions(self) -> u32 {
        match self {
            Self::Regular => 0o644,
            Self::Executable => 0o755,
        }
    }
}

/// A file: bytes and a mode. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// What it holds.
    pub contents: Bytes,
    /// Whether it may be executed.
    pub mode: Mode,
}

impl File {
    /// A file that is not executable.
    pub fn regular(contents: impl Into<Bytes>) -> Self {
        Self { contents: contents.into(), mode: Mode::Regular }
    }
}

/// Files by path, in the order of bytes; folders exist where files lie in them, as in git.
///
/// Holds no two paths that differ in case only, since they would be one file on macOS and Windows, and no path
/// that is a file and a folder at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree {
    files: BTreeMap<TreePath, File>,
    /// Every path and folder in lower case, to how it is written.
    written: HashMap<String, (String, Kind)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

/// A file that a tree cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The path is taken.
    #[error("`{0}` is there twice")]
    Duplicate(TreePath),
    /// A path that differs in case only is taken.
    #[error("`{path}` and `{other}` differ in case only: they are one file on macOS and Windows")]
    CaseCollision {
        /// The path.
        path: String,
        /// What is there already.
        other: String,
    },
    /// The path is a file and a folder.
    #[error("`{0}` is a file and a folder")]
    FileAndFolder(String),
}

impl FileTree {
    /// Adds a file.
    ///
    /// # Errors
    /// When the path is taken, also by one that differs in case only, or is a folder of the tree.
    pub fn insert(&mut self, path: TreePath, file: File) -> Result<(), TreeError> {
        if self.files.contains_key(&path) {
            return Err(TreeError::Duplicate(path));
        }
        for folder in path.folders() {
            self.write_down(folder, Kind::Folder)?;
        }
        self.write_down(path.as_str(), Kind::File)?;
        self.files.insert(path, file);
        Ok(())
    }

    fn write_down(&mut self, path: &str, kind: Kind) -> Result<(), TreeError> {
        match self.written.get(&path.to_lowercase()) {
            None => {
                self.written.insert(path.to_lowercase(), (path.to_owned(), kind));
                Ok(())
            }
            Some((other, _)) if other != path => {
                Err(TreeError::CaseCollision { path: path.to_owned(), other: other.clone() })
            }
            Some((_, known)) if *known != kind => Err(TreeError::FileAndFolder(path.to_owned())),
            Some(_) => Ok(()),
        }
    }

    /// The file at `path`.
    #[must_use]
    pub fn get(&self, path: &TreePath) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether there is a file at `path`.
    #[must_use]
    pub fn contains(&self, path: &TreePath) -> bool {
        self.files.contains_key(path)
    }

    /// All files, in the order of their paths' bytes.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&TreePath, &File)> {
        self.files.iter()
    }

    /// All paths, in the order of their bytes.
    #[must_use]
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &TreePath> {
        self.files.keys()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn insert_all(paths: &[&str]) -> Result<FileTree, TreeError> {
        let mut tree = FileTree::default();
        for path in paths {
            tree.insert(path.parse().unwrap(), File::default())?;
        }
        Ok(tree)
    }

    #[test]
    fn paths_come_in_the_order_of_bytes() {
        let tree = insert_all(&["a/b", "a.py", "B", "a-b"]).unwrap();
        assert_eq!(tree.paths().map(TreePath::as_str).collect::<Vec<_>>(), ["B", "a-b", "a.py", "a/b"]);
    }

    #[test]
    fn paths_that_differ_in_case_only_collide_as_files_and_as_folders() {
        for paths in [["a/Config.py", "a/config.py"], ["A/x", "a/y"], ["É", "é"]] {
            assert!(matches!(insert_all(&paths), Err(TreeError::CaseCollision { .. })), "{paths:?}");
        }
    }

    #[test]
    fn a_path_is_a_file_or_a_folder() {
        for paths in [["a", "a/b"], ["a/b", "a"]] {
            assert_eq!(insert_all(&paths), Err(TreeError::FileAndFolder("a".to_owned())), "{paths:?}");
        }
        assert!(matches!(insert_all(&["a", "a"]), Err(TreeError::Duplicate(_))));
    }
}
