//! Holding a mirror's files against what their source makes.

use std::collections::BTreeMap;
use std::path::Path;

use domain::CommitSha;
use mirror::rebuild::{Recipe, digest, rebuild};
use mirror::{FileMode, Genuine, Problem};
use package::FileTree;

use super::error::GuardError;
use super::gather::{EntryKind, Objects, Repository, entries};

/// How many files of a commit are told that differ.
const SHOWN: usize = 5;

/// The source repository, from which files are made again.
#[derive(Debug)]
pub(crate) struct Rebuild {
    objects: git::objects::Objects,
}

impl Rebuild {
    /// From a checkout of it.
    pub(crate) fn from(path: &Path) -> Result<Self, GuardError> {
        Ok(Self { objects: git::objects::Objects::open(&Repository::at(path)?.objects())? })
    }

    /// What of a commit is not as its source makes it: the first files that differ.
    pub(crate) fn differences(&self, commit: &Genuine, mirror: &Objects) -> Result<Vec<Problem>, GuardError> {
        let trailers = &commit.trailers;
        let recipe = Recipe {
            commit: &trailers.source.commit,
            folder: &trailers.source.folder,
            version: &trailers.version,
            format: trailers.builder,
        };
        let rebuilt = match rebuild(&self.objects, &recipe) {
            Ok(rebuilt) => rebuilt.tree,
            Err(error) => return Ok(vec![Problem::NotRebuilt(error.to_string())]),
        };
        // the files have the digest that is claimed, or that was found already
        if digest(&rebuilt) == trailers.tree {
            return Ok(Vec::new());
        }
        let mut found = BTreeMap::new();
        files(mirror, &commit.tree, "", &mut found)?;
        let mut problems = compared(&rebuilt, &found, mirror)?;
        if problems.is_empty() {
            problems.push(Problem::NotRebuilt("its digest is another than that of its files".to_owned()));
        }
        Ok(problems)
    }
}

/// The files of a mirror's commit: modes and ids by path.
fn files(
    objects: &Objects,
    tree: &CommitSha,
    folder: &str,
    found: &mut BTreeMap<String, (EntryKind, CommitSha)>,
) -> Result<(), GuardError> {
    for entry in entries(objects, tree)? {
        let path = format!("{folder}{}", String::from_utf8_lossy(&entry.name));
        match EntryKind::of(entry.mode) {
            EntryKind::Folder => files(objects, &entry.id, &format!("{path}/"), found)?,
            kind => drop(found.insert(path, (kind, entry.id))),
        }
    }
    Ok(())
}

fn compared(
    rebuilt: &FileTree,
    found: &BTreeMap<String, (EntryKind, CommitSha)>,
    objects: &Objects,
) -> Result<Vec<Problem>, GuardError> {
    let mut differences = BTreeMap::new();
    for (path, file) in rebuilt.iter() {
        let path = path.as_str();
        let difference = match found.get(path) {
            None => "is missing: its source makes it".to_owned(),
            Some((EntryKind::File(mode), id)) => {
                let contents = objects.blob(id)?;
                if contents != file.contents {
                    format!(
                        "differs from what its source makes, from line {} on",
                        line(&contents, &file.contents)
                    )
                } else if *mode != FileMode::from(file.mode) {
                    format!("has the mode {}, and its source makes another", mode.as_str())
                } else {
                    continue;
                }
            }
            Some(_) => "is no file, and its source makes one".to_owned(),
        };
        differences.insert(path, difference);
    }
    for path in found.keys() {
        if !rebuilt.paths().any(|known| known.as_str() == path) {
            differences.insert(path, "is there, and its source does not make it".to_owned());
        }
    }
    let more = differences.len().saturating_sub(SHOWN);
    let mut problems: Vec<_> = differences
        .into_iter()
        .take(SHOWN)
        .map(|(path, difference)| Problem::Rebuilt { path: path.to_owned(), difference })
        .collect();
    if let Some(Problem::Rebuilt { difference, .. }) = problems.last_mut().filter(|_| more > 0) {
        *difference = format!("{difference}; {more} files more differ");
    }
    Ok(problems)
}

/// The first line in which two files differ, from 1.
fn line(one: &[u8], other: &[u8]) -> usize {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    one[..same].split(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(line(b"a\nb\nc", b"a\nb\nd"), 3);
        assert_eq!(line(b"a\n", b"a\nb"), 2);
        assert_eq!(line(b"", b"x"), 1);
    }
}
