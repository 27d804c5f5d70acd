//! A repository on disk.

use std::path::{Path, PathBuf};

use super::refs::read;
use super::{ObjectError, Objects};

/// A repository on disk: a checkout, a worktree, or a bare one.
#[derive(Debug)]
pub struct Repository {
    /// What only this worktree has.
    pub(super) own: PathBuf,
    /// What all worktrees share.
    pub(super) common: PathBuf,
    objects: Objects,
}

impl Repository {
    /// The repository that a folder belongs to, and the folder's path in it, parts separated by `/`.
    ///
    /// # Errors
    /// When there is none, or its objects cannot be opened.
    pub fn of(folder: &Path) -> Result<(Self, String), ObjectError> {
        let unreadable = |why| ObjectError::Unreadable { path: folder.to_owned(), why };
        let folder = fs_err::canonicalize(folder).map_err(unreadable)?;
        for top in folder.ancestors() {
            let inside = folder.strip_prefix(top).unwrap_or(Path::new(""));
            let inside: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            let inside = inside.join("/");
            let git = top.join(".git");
            if git.is_dir() {
                return Ok((Self::open(git)?, inside));
            }
            if let Some(text) = read(&git)?
                && let Some(path) = text.strip_prefix("gitdir:")
            {
                return Ok((Self::open(top.join(path.trim()))?, inside));
            }
            if top.join("HEAD").is_file() && top.join("objects").is_dir() && top.join("refs").is_dir() {
                return Ok((Self::open(top.to_owned())?, inside));
            }
        }
        Err(ObjectError::NoRepository(folder))
    }

    fn open(own: PathBuf) -> Result<Self, ObjectError> {
        let common = match read(&own.join("commondir"))? {
            Some(path) => own.join(path.trim()),
            None => own.clone(),
        };
        let objects = Objects::open(&common.join("objects"))?;
        Ok(Self { own, common, objects })
    }

    /// Its objects.
    #[must_use]
    pub fn objects(&self) -> &Objects {
        &self.objects
    }
}
