//! One refresh of a host at a time, and what it was about when it was killed.

use std::fs::TryLockError;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::error::RefreshError;

/// The right to change this host's containers, for as long as it is kept. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Claim {
    folder: PathBuf,
    _lock: fs::File,
}

/// The names of the containers that are being replaced.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    replacing: Vec<String>,
}

impl Claim {
    /// Waits until no other refresh keeps it that uses the same folder.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written, or another refresh does not end in time.
    pub async fn wait(folder: &Path, patience: Duration) -> Result<Self, RefreshError> {
        let path = folder.join("lock");
        let failed = |source| RefreshError::State { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(failed)?;
        let begun = tokio::time::Instant::now();
        loop {
            match lock.file().try_lock() {
                Ok(()) => return Ok(Self { folder: folder.to_owned(), _lock: lock }),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => {
                    return Err(RefreshError::Busy { seconds: patience.as_secs() });
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Notes that these containers are being replaced, before anything happens to them.
    pub(crate) fn begin(&self, names: &[String]) -> Result<(), RefreshError> {
        let journal = Journal { replacing: names.to_vec() };
        let path = self.journal();
        let text = serde_json::to_vec(&journal).expect("a list of text has a JSON form");
        write_whole(&path, &text).map_err(|source| RefreshError::State { path, source })
    }

    /// The names of the containers that a refresh with this folder was replacing when it was killed: nobody else is at
    /// work on them.
    #[must_use]
    pub fn interrupted(&self) -> Vec<String> {
        let text = fs::read(self.journal()).unwrap_or_default();
        serde_json::from_slice::<Journal>(&text).unwrap_or_default().replacing
    }

    fn journal(&self) -> PathBuf {
        self.folder.join("replacing.json")
    }
}

/// Writes a file so that after a crash it has either its old text or its new one.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    fresh.write_all(text)?;
    fresh.as_file().sync_all()?;
    fresh.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(folder: &Path, patience: Duration) -> Result<Claim, RefreshError> {
        runner::block_on(Claim::wait(folder, patience))
    }

    #[test]
    fn two_refreshes_of_a_host_follow_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let first = wait(folder.path(), Duration::ZERO).unwrap();
        let busy = wait(folder.path(), Duration::from_millis(150)).unwrap_err();
        assert!(matches!(busy, RefreshError::Busy { .. }), "{busy:?}");
        drop(first);
        wait(folder.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn what_was_begun_is_known_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let first = wait(folder.path(), Duration::ZERO).unwrap();
        assert!(first.interrupted().is_empty());
        first.begin(&["ws-a".to_owned()]).unwrap();
        drop(first);
        assert_eq!(wait(folder.path(), Duration::ZERO).unwrap().interrupted(), ["ws-a"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::NamedTempFile::new().unwrap();
        let error = wait(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    }
}
