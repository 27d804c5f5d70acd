//! Where a repository keeps what.

use std::path::{Path, PathBuf};

use super::super::error::GuardError;

/// A repository on disk.
#[derive(Debug)]
pub(crate) struct Repository {
    /// The folder with `objects`, `refs` and `packed-refs`.
    pub(crate) folder: PathBuf,
    /// Whether it is a checkout, or bare.
    pub(crate) kind: Kind,
}

/// Whether a repository has a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The refs of the repository that was fetched stand below `refs/remotes/origin/`.
    Checkout,
    /// They stand where they stood there.
    Bare,
}

impl Repository {
    /// Finds the repository at a path: `<path>/.git`, or the path itself.
    pub(crate) fn at(path: &Path) -> Result<Self, GuardError> {
        let dot_git = path.join(".git");
        let is_one = |folder: &Path| folder.join("objects").is_dir();
        let missing = || GuardError::NoRepository(path.to_owned());
        if dot_git.is_file() {
            let folder = path.join(named(&dot_git, "gitdir: ")?.ok_or_else(missing)?);
            let common = match folder.join("commondir") {
                file if file.is_file() => folder.join(named(&file, "")?.ok_or_else(missing)?),
                _ => folder,
            };
            return if is_one(&common) {
                Ok(Self { folder: common, kind: Kind::Checkout })
            } else {
                Err(missing())
            };
        }
        for (folder, kind) in [(dot_git, Kind::Checkout), (path.to_owned(), Kind::Bare)] {
            if is_one(&folder) {
                return Ok(Self { folder, kind });
            }
        }
        Err(missing())
    }

    /// The folder of its objects.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }
}

/// The path that a file names.
fn named(file: &Path, prefix: &str) -> Result<Option<PathBuf>, GuardError> {
    let text = fs_err::read_to_string(file)?;
    Ok(text.trim_end_matches(['\r', '\n']).strip_prefix(prefix).map(PathBuf::from))
}
