//! Files for the steps after ours, and who owns them.
//!
//! An action in a container runs as root, by the runner's contract; the steps after it do not, and could neither
//! change nor remove what it wrote.

use std::io;
use std::path::Path;

use crate::{Annotation, Context, Place};

impl Context {
    /// Writes a file for later steps or for the user, with the folders that it is to lie in, and hands it over.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.leave(path, || {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs_err::create_dir_all(folder)?;
            }
            fs_err::write(path, bytes)
        })
    }

    /// Has a file or folder written, and hands it over with the folders that were made to have it.
    ///
    /// # Errors
    ///
    /// Those of what writes it.
    pub fn leave<T, E>(&self, path: &Path, write: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let topmost = path.ancestors().take_while(missing).last().unwrap_or(path);
        let written = write()?;
        self.hand_over(topmost);
        Ok(written)
    }

    /// In a job, gives a file, or a folder with all that lies in it, to whom the workspace belongs. That this fails is
    /// told, and fails nothing: the file is there.
    fn hand_over(&self, path: &Path) {
        let job = self.job();
        let Some(workspace) = job.workspace.as_deref().filter(|_| job.place == Place::Runner) else { return };
        if let Err(error) = hand_over(path, workspace) {
            let warning =
                format!("the steps after this one may be unable to change `{}`: {error}", path.display());
            self.console().annotate(&Annotation::warning(warning));
        }
    }
}

/// Gives `path`, with all that lies in it, to the owner of `workspace`.
#[cfg(unix)]
fn hand_over(path: &Path, workspace: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs_err::metadata(workspace)?;
    give(path, owner.uid(), owner.gid())
}

#[cfg(unix)]
fn give(path: &Path, user: u32, group: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, lchown};
    let found = fs_err::symlink_metadata(path)?;
    if (found.uid(), found.gid()) != (user, group) {
        lchown(path, Some(user), Some(group))?;
    }
    if found.is_dir() {
        for entry in fs_err::read_dir(path)? {
            give(&entry?.path(), user, group)?;
        }
    }
    Ok(())
}

/// Nothing: only Linux runners start containers.
#[cfg(not(unix))]
fn hand_over(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
