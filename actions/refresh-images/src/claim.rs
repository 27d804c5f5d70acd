//! One refresh of a host at a time.

use std::fs::TryLockError;
use std::path::Path;
use std::time::Duration;

use fs_err as fs;

use crate::error::RefreshError;
use crate::journal::Journal;

/// The right to change this host's containers, for as long as it is kept. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Claim {
    /// What is in hand.
    pub(crate) journal: Journal,
    _lock: fs::File,
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
                Ok(()) => return Ok(Self { journal: Journal::read(folder), _lock: lock }),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => {
                    return Err(RefreshError::Busy { seconds: patience.as_secs() });
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
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
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = tempfile::NamedTempFile::new().unwrap();
        let error = wait(folder.path(), Duration::ZERO).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    }
}
