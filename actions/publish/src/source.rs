//! The source folder on disk, as a tree of files.

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use package::manifest::Source;
use package::{File, FileTree, Manifest, Mode, PathError, TreeError, TreePath};

/// Why a source folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is not there.
    #[error("the source folder `{}` is not there", .0.display())]
    NotThere(PathBuf),
    /// The disk refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A name that is no text.
    #[error("`{}` has a name that is not UTF-8", .0.display())]
    Undecodable(PathBuf),
    /// A name that some system cannot hold.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two files for one place.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A link to what lies elsewhere.
    #[error("`{}` is a symbolic link to `{}`, outside the source folder", .path.display(), .target.display())]
    LinkOut {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// A path that the manifest names leads by a link out of the folder that the manifest lies in.
    #[error(
        "`{}` leads by a symbolic link to `{}`, outside the folder of the manifest", .path.display(), .target.display()
    )]
    NamedOut {
        /// The path.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A link that cannot be followed, or to a folder.
    #[error("`{}` is a symbolic link to {what}", .path.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// What it points to.
        what: &'static str,
    },
    /// A file in a subpackage that was hardly meant to be shipped.
    #[error("`{}` looks like what an editor, a tool or a person left there, and nothing lists it", .0.display())]
    Leftover(PathBuf),
    /// What the manifest names as a file is a folder, or a socket, pipe or device.
    #[error("`{}` is no regular file", .0.display())]
    NotAFile(PathBuf),
    /// A socket, pipe or device.
    #[error("`{}` is neither a file nor a folder", .0.display())]
    Special(PathBuf),
}

impl SourceError {
    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotThere(_) => {
                "set `source.folder` in the manifest, and check out the repository before this step"
            }
            Self::Io(_) => return None,
            Self::Undecodable(_) => "rename it",
            Self::Path(_) | Self::Tree(_) => {
                "rename it, or leave it out by `exclude-files` or `exclude-folders`"
            }
            Self::LinkOut { .. } | Self::Link { .. } => {
                "replace it by a copy, or leave it out by `exclude-files` or `exclude-folders`"
            }
            Self::NamedOut { .. } => {
                "replace the link by a copy: only what the repository itself holds is packaged"
            }
            Self::Leftover(_) => {
                "leave it out by `exclude-files` or `exclude-folders`, or ship it by its path below the source folder in \
                 `data`"
            }
            Self::NotAFile(_) => "name a file in the manifest",
            Self::Special(_) => "remove it, or leave it out by `exclude-files`",
        })
    }
}

/// Reads what a build of `manifest`, which lies in `root`, needs: its source folder without what is left out, and
/// the files that it names beside it. The paths of the tree are relative to `root`.
///
/// A symbolic link to a file within the source folder is read as that file. None leads further: a link to what only
/// this machine has, such as the environment of a process, would carry it into a public archive.
///
/// # Errors
/// When a file cannot be read, or is none that every system can hold.
pub fn read(root: &Path, manifest: &Manifest) -> Result<FileTree, SourceError> {
    let folder = root.join(manifest.source.folder.as_str());
    if !folder.is_dir() {
        return Err(SourceError::NotThere(folder));
    }
    let home = within(&fs::canonicalize(root)?, &folder)?;
    let mut reader = Reader { home, source: &manifest.source, tree: FileTree::default() };
    reader.folder(&folder, None)?;
    let mut tree = reader.tree;
    for path in manifest.extra_files() {
        // one that is missing is the build's to tell, which knows what it is for
        if let Some(contents) = named(root, path)?
            && !tree.contains(path)
        {
            tree.insert(path.clone(), File::regular(contents))?;
        }
    }
    Ok(tree)
}

/// The contents of a file that the manifest names; `None` where nothing is.
fn named(root: &Path, path: &TreePath) -> Result<Option<Vec<u8>>, SourceError> {
    let on_disk = root.join(path.as_str());
    if fs::symlink_metadata(&on_disk).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let file = within(&fs::canonicalize(root)?, &on_disk)?;
    if !file.is_file() {
        return Err(SourceError::NotAFile(on_disk));
    }
    Ok(Some(fs::read(file)?))
}

/// Where a path leads in the end, which must be within `home`, a path without links.
fn within(home: &Path, path: &Path) -> Result<PathBuf, SourceError> {
    let target = match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(SourceError::Link { path: path.to_owned(), what: "what is not there" });
        }
        target => target?,
    };
    if target.starts_with(home) {
        Ok(target)
    } else {
        Err(SourceError::NamedOut { path: path.to_owned(), target })
    }
}

struct Reader<'a> {
    /// The source folder without links in its path.
    home: PathBuf,
    source: &'a Source,
    tree: FileTree,
}

impl Reader<'_> {
    /// Reads a folder; `below` is its path below the source folder.
    fn folder(&mut self, folder: &Path, below: Option<&TreePath>) -> Result<(), SourceError> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name().into_string().map_err(|_| SourceError::Undecodable(path.clone()))?;
            let kind = entry.file_type()?;
            let relative = below.map_or_else(|| name.clone(), |below| format!("{below}/{name}"));
            let is_excluded = if kind.is_dir() {
                self.source.excludes_folder(&relative)
            } else {
                // a link may be meant as either
                self.source.excludes_file(&relative)
                    || kind.is_symlink() && self.source.excludes_folder(&relative)
            };
            if is_excluded {
                continue;
            }
            let relative: TreePath = relative.parse()?;
            if kind.is_dir() {
                self.folder(&path, Some(&relative))?;
            } else if kind.is_symlink() {
                let target = self.target(&path)?;
                self.file(&target, &relative)?;
            } else if kind.is_file() {
                self.file(&path, &relative)?;
            } else {
                return Err(SourceError::Special(path));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, relative: &TreePath) -> Result<(), SourceError> {
        let source = self.source;
        // what lies at the top is in a list or stops the build anyway
        let is_of_subpackage = source.subpackages.iter().any(|one| one.name.as_str() == relative.top());
        if is_of_subpackage && is_leftover(relative) && !source.data.contains(relative) {
            return Err(SourceError::Leftover(path.to_owned()));
        }
        let contents = fs::read(path)?.into();
        let file = File { contents, mode: mode(path)? };
        Ok(self.tree.insert(relative.within(&self.source.folder), file)?)
    }

    /// The file that a link stands for.
    fn target(&self, link: &Path) -> Result<PathBuf, SourceError> {
        let Ok(target) = fs::canonicalize(link) else {
            return Err(SourceError::Link { path: link.to_owned(), what: "what is not there" });
        };
        if !target.starts_with(&self.home) {
            return Err(SourceError::LinkOut { path: link.to_owned(), target });
        }
        if target.is_file() {
            Ok(target)
        } else {
            Err(SourceError::Link {
                path: link.to_owned(),
                what: "a folder, whose files would be shipped twice",
            })
        }
    }
}

/// The endings of what editors, merges and patches leave beside a file.
const LEFTOVERS: [&str; 7] = ["~", ".bak", ".orig", ".rej", ".swo", ".swp", ".tmp"];

/// Whether a file is hidden, as settings and secrets are (`.env`), or what an editor left. All of a subpackage is
/// shipped, and the archive of a public index cannot be taken back.
fn is_leftover(path: &TreePath) -> bool {
    path.as_str().split('/').any(|part| part.starts_with('.'))
        || LEFTOVERS.iter().any(|ending| path.as_str().ends_with(ending))
}

/// The bit that git keeps too: whether the owner may execute it.
#[cfg(unix)]
fn mode(path: &Path) -> io::Result<Mode> {
    use std::os::unix::fs::PermissionsExt as _;
    let permissions = fs::metadata(path)?.permissions();
    Ok(if permissions.mode() & 0o100 == 0 { Mode::Regular } else { Mode::Executable })
}

#[cfg(not(unix))]
fn mode(_: &Path) -> io::Result<Mode> {
    Ok(Mode::Regular)
}
