//! The digests that were seen last, on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use registry::Digest;

use crate::error::RefreshError;
use crate::journal::write_whole;

/// What a look at a runtime's digest is beside what is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing is remembered.
    First,
    /// It has not changed.
    Same,
    /// It has.
    Other,
}

/// The digests that were seen last, by runtime.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    digests: BTreeMap<String, String>,
    is_written: bool,
}

impl Memory {
    /// What is remembered in this folder. A file that cannot be understood is nothing remembered, and told of.
    pub(super) fn read(folder: &Path) -> Result<Self, RefreshError> {
        let path = folder.join("digests.json");
        let failed = |source| RefreshError::State { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let digests = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!("`{}` is not what was written there: {error}", path.display());
                BTreeMap::new()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(source) => return Err(failed(source)),
        };
        Ok(Self { path, digests, is_written: true })
    }

    pub(super) fn compare(&self, runtime: &str, digest: &Digest) -> Seen {
        match self.digests.get(runtime) {
            None => Seen::First,
            Some(known) if known == digest.as_str() => Seen::Same,
            Some(_) => Seen::Other,
        }
    }

    pub(super) fn keep(&mut self, runtime: &str, digest: &Digest) {
        self.digests.insert(runtime.to_owned(), digest.to_string());
        self.is_written = false;
    }

    /// Writes what has changed since it was written last.
    pub(super) fn write(&mut self) -> Result<(), RefreshError> {
        if !self.is_written {
            let text = serde_json::to_vec_pretty(&self.digests).expect("a map of text has a JSON form");
            let failed = |source| RefreshError::State { path: self.path.clone(), source };
            write_whole(&self.path, &text).map_err(failed)?;
            self.is_written = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (Digest::of(b"1"), Digest::of(b"2"));
        let mut memory = Memory::read(folder.path()).unwrap();
        assert_eq!(memory.compare("hermes", &one), Seen::First);
        memory.keep("hermes", &one);
        memory.write().unwrap();
        let memory = Memory::read(folder.path()).unwrap();
        assert_eq!(memory.compare("hermes", &one), Seen::Same);
        assert_eq!(memory.compare("hermes", &other), Seen::Other);
        assert_eq!(memory.compare("crewai", &one), Seen::First);
    }

    #[test]
    fn a_torn_file_is_nothing_remembered() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("digests.json"), "{\"hermes\":").unwrap();
        assert_eq!(Memory::read(folder.path()).unwrap().compare("hermes", &Digest::of(b"1")), Seen::First);
    }
}
