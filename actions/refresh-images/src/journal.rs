//! What is in hand, on disk: what the next refresh has to bring to an end when this one is killed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::error::RefreshError;

/// What was begun with a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "kebab-case")]
pub enum Work {
    /// A new one takes its place.
    Replace,
    /// It is to run again: its successor failed.
    PutBack {
        /// The id of the old one.
        old: String,
        /// The ids of what was to be new.
        new: Vec<String>,
    },
    /// It is stopped and removed.
    Remove {
        /// Its id.
        id: String,
    },
}

/// What was begun and has not come to an end, by the names of the containers. Nobody else is at work on them.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    begun: BTreeMap<String, Work>,
}

impl Journal {
    /// What a refresh with this folder has left. A file that cannot be read or understood is told of: what was begun
    /// then counts as somebody else's, and is brought to an end when nobody can be at it any more.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join("journal.json");
        let begun = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!("`{}` is not what was written there: {error}", path.display());
                BTreeMap::new()
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                tracing::warn!("what an earlier refresh has begun is not known: {error}");
                BTreeMap::new()
            }
        };
        Self { path, begun }
    }

    /// What has not come to an end.
    pub(crate) fn begun(&self) -> &BTreeMap<String, Work> {
        &self.begun
    }

    /// Notes what is about to be done with a container, before it is.
    ///
    /// # Errors
    ///
    /// When the file cannot be written; then it must not be done.
    pub(crate) fn begin(&mut self, name: &str, work: Work) -> Result<(), RefreshError> {
        let before = self.begun.insert(name.to_owned(), work);
        self.write().inspect_err(|_| {
            match before {
                Some(before) => self.begun.insert(name.to_owned(), before),
                None => self.begun.remove(name),
            };
        })
    }

    /// Notes that it has come to an end. That this cannot be written does no harm: the next refresh looks, and finds
    /// nothing to do.
    pub(crate) fn end(&mut self, name: &str) {
        if self.begun.remove(name).is_some()
            && let Err(error) = self.write()
        {
            tracing::warn!("{}", crate::error::told(&error, None));
        }
    }

    fn write(&self) -> Result<(), RefreshError> {
        let text = serde_json::to_vec(&self.begun).expect("a map of text has a JSON form");
        let failed = |source| RefreshError::State { path: self.path.clone(), source };
        write_whole(&self.path, &text).map_err(failed)
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

    #[test]
    fn what_was_begun_is_known_to_the_next_and_what_has_ended_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::read(folder.path());
        assert!(journal.begun().is_empty());
        let put_back = Work::PutBack { old: "1".to_owned(), new: vec!["2".to_owned()] };
        journal.begin("ws-a", Work::Replace).unwrap();
        journal.begin("ws-a", put_back.clone()).unwrap();
        journal.begin("ws-b", Work::Remove { id: "3".to_owned() }).unwrap();
        journal.end("ws-b");
        assert_eq!(Journal::read(folder.path()).begun(), &BTreeMap::from([("ws-a".to_owned(), put_back)]));
    }

    #[test]
    fn what_cannot_be_noted_was_not_begun() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::read(&folder.path().join("absent"));
        assert!(journal.begin("ws-a", Work::Replace).is_err());
        assert!(journal.begun().is_empty());
    }
}
