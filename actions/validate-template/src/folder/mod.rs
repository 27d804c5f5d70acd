//! The folder of a template, read within bounds: what it holds is somebody else's.

mod error;
#[cfg(test)]
#[cfg(unix)]
mod tests;
mod walk;

use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use text::Source;

pub use error::{FolderError, Refused};
pub use walk::{Listing, TreeFile};

/// How large a file may be that is parsed. Real ones have some KiB.
pub const PARSED_LIMIT: u64 = 1024 * 1024;

/// How large a Dockerfile or a script may be: of each of its words very much is kept. Real ones have some KiB.
pub const SHELL_LIMIT: u64 = 128 * 1024;

/// How large a file may be that is looked through for secrets.
pub const SCANNED_LIMIT: u64 = 8 * 1024 * 1024;

/// A folder whose files are read and never run.
///
/// Only regular files inside of it are read, whatever links say, and only up to a size.
#[derive(Debug, Clone)]
pub struct Folder {
    name: String,
    root: PathBuf,
}

impl Folder {
    /// The folder at `path`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let name = path.display().to_string();
        let root =
            fs_err::canonicalize(path).map_err(|why| FolderError::Missing { name: name.clone(), why })?;
        if root.is_dir() { Ok(Self { name, root }) } else { Err(FolderError::NotAFolder { name }) }
    }

    /// The path by which it was named.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it really is.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of a file, by its path in the folder, parts separated by `/`. None where there is nothing.
    ///
    /// # Errors
    /// When there is something that is not read: too large, outside of the folder, no regular file, not UTF-8.
    pub fn read(&self, path: &str) -> Result<Option<Source>, Refused> {
        self.read_within(path, PARSED_LIMIT)
    }

    /// The same of a file of at most `limit` bytes.
    ///
    /// # Errors
    /// As of [`Folder::read`].
    pub fn read_within(&self, path: &str, limit: u64) -> Result<Option<Source>, Refused> {
        let Some(bytes) = self.read_bytes(path, limit)? else { return Ok(None) };
        Ok(Some(Source::new(path, text::decode(bytes).map_err(Refused::NotText)?)))
    }

    /// The bytes of a file of at most `limit` bytes. None where there is nothing.
    ///
    /// # Errors
    /// When there is something that is not read.
    pub fn read_bytes(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, Refused> {
        let inside = inside(path).ok_or(Refused::Outside)?;
        self.read_file(&self.root.join(inside), limit)
    }

    /// The bytes of a file of the folder's [listing](Self::files).
    ///
    /// # Errors
    /// When it is not read.
    pub fn read_listed(&self, file: &TreeFile, limit: u64) -> Result<Option<Vec<u8>>, Refused> {
        self.read_file(&file.location, limit)
    }

    /// Whether there is something at a path, be it readable or not.
    #[must_use]
    pub fn holds(&self, path: &str) -> bool {
        inside(path).is_some_and(|path| fs_err::symlink_metadata(self.root.join(path)).is_ok())
    }

    /// What is at a path, links followed inside of the folder.
    #[must_use]
    pub fn kind(&self, path: &str) -> Option<std::fs::FileType> {
        self.metadata(path).map(|found| found.file_type())
    }

    /// What the system says of what is at a path, links followed inside of the folder.
    pub(crate) fn metadata(&self, path: &str) -> Option<std::fs::Metadata> {
        let real = self.real(&self.root.join(inside(path)?)).ok()?;
        fs_err::metadata(real).ok()
    }

    /// Where a location below the root really is. To resolve it asks for every folder from the top of the file system
    /// on, and almost nowhere is a link to be followed: the root itself is resolved already.
    fn real(&self, location: &Path) -> Result<PathBuf, Refused> {
        let mut at = self.root.clone();
        let below = location.strip_prefix(&self.root).map_err(|_| Refused::Outside)?;
        let is_link = |part: Component<'_>| {
            at.push(part);
            fs_err::symlink_metadata(&at).is_ok_and(|found| found.is_symlink())
        };
        if !below.components().any(is_link) {
            return Ok(location.to_owned());
        }
        let real = fs_err::canonicalize(location).map_err(|_| Refused::DeadLink)?;
        if real.starts_with(&self.root) { Ok(real) } else { Err(Refused::Outside) }
    }

    fn read_file(&self, location: &Path, limit: u64) -> Result<Option<Vec<u8>>, Refused> {
        if fs_err::symlink_metadata(location).is_err() {
            return Ok(None);
        }
        let real = self.real(location)?;
        // Asked before the file is opened: to open a pipe is to wait for somebody who writes into it.
        let metadata = fs_err::metadata(&real).map_err(Refused::Unreadable)?;
        if !metadata.is_file() {
            return Err(Refused::NotAFile);
        }
        if metadata.len() > limit {
            return Err(Refused::TooLarge { bytes: metadata.len(), limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        let file = fs_err::File::open(&real).map_err(Refused::Unreadable)?;
        let length = file.take(limit + 1).read_to_end(&mut bytes).map_err(Refused::Unreadable)?;
        if length as u64 > limit {
            return Err(Refused::TooLarge { bytes: length as u64, limit });
        }
        Ok(Some(bytes))
    }
}

/// The path, if it leads nowhere but down.
fn inside(path: &str) -> Option<PathBuf> {
    let mut inside = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => inside.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !inside.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(inside)
}
