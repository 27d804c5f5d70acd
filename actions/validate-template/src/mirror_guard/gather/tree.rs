//! The files of a commit.

use std::collections::HashMap;
use std::rc::Rc;

use domain::{CommitSha, Sha256};
use git::objects::Entry;
use mirror::judge::{ForeignEntry, SeenTree};
use mirror::{FileMode, content_hash, tree_hash};

use super::super::error::GuardError;
use super::objects::Objects;

/// How deep folders nest at most.
const DEEPEST: usize = 128;

/// Trees that were read, so that what most commits share is read once.
pub(crate) struct Trees<'a> {
    objects: &'a Objects,
    files: HashMap<CommitSha, Sha256>,
    folders: HashMap<CommitSha, Rc<Folder>>,
}

/// All that lies in a folder and the folders in it.
#[derive(Default)]
struct Folder {
    files: Vec<(FileMode, Sha256, Vec<u8>)>,
    foreign: Vec<ForeignEntry>,
}

impl<'a> Trees<'a> {
    pub(crate) fn new(objects: &'a Objects) -> Self {
        Self { objects, files: HashMap::new(), folders: HashMap::new() }
    }

    /// The files of a tree.
    pub(crate) fn seen(&mut self, id: &CommitSha) -> Result<SeenTree, GuardError> {
        let folder = self.folder(id, DEEPEST)?;
        let mut foreign = folder.foreign.iter().cloned();
        if let Some(first) = foreign.next() {
            return Ok(SeenTree::Foreign(first, foreign.collect()));
        }
        let files = folder.files.iter().map(|(mode, contents, path)| (*mode, *contents, &path[..]));
        let twice = || ForeignEntry { path: "/".to_owned(), kind: "two files of one name" };
        Ok(tree_hash(files).map_or_else(|| SeenTree::Foreign(twice(), Vec::new()), SeenTree::Files))
    }

    fn folder(&mut self, id: &CommitSha, depth: usize) -> Result<Rc<Folder>, GuardError> {
        if let Some(known) = self.folders.get(id) {
            return Ok(Rc::clone(known));
        }
        if depth == 0 {
            return Err(GuardError::Malformed { id: id.clone(), why: "its folders nest too deeply" });
        }
        let mut folder = Folder::default();
        for entry in entries(self.objects, id)? {
            let mut foreign = |kind| folder.foreign.push(ForeignEntry { path: text(&entry.name), kind });
            match EntryKind::of(entry.mode) {
                EntryKind::File(mode) => {
                    let contents = self.file(&entry.id)?;
                    folder.files.push((mode, contents, entry.name));
                }
                EntryKind::Folder => {
                    let below = self.folder(&entry.id, depth - 1)?;
                    if below.files.is_empty() && below.foreign.is_empty() {
                        foreign("an empty folder");
                    }
                    let within = |path: &[u8]| [&entry.name, &b"/"[..], path].concat();
                    let files = below.files.iter();
                    folder.files.extend(files.map(|(mode, sha, path)| (*mode, *sha, within(path))));
                    let entries = below.foreign.iter();
                    folder.foreign.extend(entries.map(|one| ForeignEntry {
                        path: text(&within(one.path.as_bytes())),
                        kind: one.kind,
                    }));
                }
                EntryKind::Link => foreign("a symbolic link"),
                EntryKind::Foreign(kind) => foreign(kind),
            }
        }
        let folder = Rc::new(folder);
        self.folders.insert(id.clone(), Rc::clone(&folder));
        Ok(folder)
    }

    fn file(&mut self, id: &CommitSha) -> Result<Sha256, GuardError> {
        if let Some(known) = self.files.get(id) {
            return Ok(*known);
        }
        let contents = content_hash(&self.objects.blob(id)?);
        self.files.insert(id.clone(), contents);
        Ok(contents)
    }
}

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File(FileMode),
    Folder,
    Link,
    /// Something that no tree of files has, as a noun phrase.
    Foreign(&'static str),
}

impl EntryKind {
    /// By git's own numbers.
    pub(crate) fn of(mode: u32) -> Self {
        match mode {
            0o100_644 => Self::File(FileMode::Regular),
            0o100_755 => Self::File(FileMode::Executable),
            0o40_000 => Self::Folder,
            0o120_000 => Self::Link,
            0o160_000 => Self::Foreign("a submodule"),
            _ => Self::Foreign("an entry of an unusual mode"),
        }
    }
}

/// The entries of a tree.
pub(crate) fn entries(objects: &Objects, id: &CommitSha) -> Result<Vec<Entry>, GuardError> {
    let malformed = || GuardError::Malformed { id: id.clone(), why: "it is no tree" };
    let entries = git::objects::entries(&objects.tree(id)?).ok_or_else(malformed)?;
    let is_name = |name: &[u8]| !name.is_empty() && !name.contains(&b'/');
    if entries.iter().all(|entry| is_name(&entry.name)) { Ok(entries) } else { Err(malformed()) }
}

fn text(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
