//! The files of a commit.

use domain::{CommitSha, path_from};
use git::objects::{Entry, Object, ObjectError, ObjectKind, Objects, entries};
use package::{File, Mode};

use super::{Kind, RebuildError, within};

const FILE: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;
const FOLDER: u32 = 0o40_000;
const LINK: u32 = 0o120_000;

/// How deep folders nest, and how many links follow each other, at most.
const DEEPEST: usize = 64;

/// The files of a commit.
pub(super) struct Source<'a> {
    objects: &'a Objects,
    tree: CommitSha,
}

impl<'a> Source<'a> {
    pub(super) fn of_commit(objects: &'a Objects, commit: &CommitSha) -> Result<Self, RebuildError> {
        let bytes = read(objects, commit, ObjectKind::Commit)?;
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let tree = first.strip_prefix(b"tree ").and_then(|id| str::from_utf8(id).ok()?.parse().ok());
        let tree = tree.ok_or_else(|| broken(commit, "it is no commit"))?;
        Ok(Self { objects, tree })
    }

    /// The file at a path below `root`, by whatever links within it; `None` where nothing is.
    pub(super) fn file(&self, root: &str, path: &str) -> Result<Option<File>, RebuildError> {
        match self.resolved(root, &within(root, path))? {
            Some(entry) => self.read(path, &entry).map(Some),
            None => Ok(None),
        }
    }

    /// The files in a folder and the folders in it, by their paths below it, but for what is left out. A link to a file
    /// in the folder is that file.
    pub(super) fn files(
        &self,
        home: &str,
        is_left_out: impl Fn(&str, Kind) -> bool,
    ) -> Result<Vec<(String, File)>, RebuildError> {
        let Some(Entry { mode: FOLDER, id, .. }) = self.entry(home)? else {
            return Err(RebuildError::Entry { path: home.to_owned(), what: "no folder" });
        };
        let mut found = Vec::new();
        let mut waiting = vec![(String::new(), id, DEEPEST)];
        while let Some((folder, id, depth)) = waiting.pop() {
            for entry in self.entries(&id)? {
                let name = String::from_utf8_lossy(&entry.name).into_owned();
                let path = within(&folder, &name);
                let refuse = |what| RebuildError::Entry { path: within(home, &path), what };
                if name.as_bytes() != entry.name {
                    return Err(refuse("of a name that is not UTF-8"));
                }
                let kind = match entry.mode {
                    FOLDER => Kind::Folder,
                    LINK => Kind::Link,
                    _ => Kind::File,
                };
                if is_left_out(&path, kind) {
                    continue;
                }
                match kind {
                    Kind::Folder if depth == 0 => return Err(refuse("nested too deeply")),
                    Kind::Folder => waiting.push((path, entry.id, depth - 1)),
                    Kind::File => found.push((path.clone(), self.read(&path, &entry)?)),
                    Kind::Link => {
                        let target = self.resolved(home, &within(home, &path))?;
                        let target = target.ok_or_else(|| refuse("a symbolic link to what is not there"))?;
                        found.push((path.clone(), self.read(&path, &target)?));
                    }
                }
            }
        }
        Ok(found)
    }

    fn read(&self, path: &str, entry: &Entry) -> Result<File, RebuildError> {
        let refuse = |what| Err(RebuildError::Entry { path: path.to_owned(), what });
        let mode = match entry.mode {
            FILE => Mode::Regular,
            EXECUTABLE => Mode::Executable,
            FOLDER => return refuse("a folder, or a link to one"),
            0o160_000 => return refuse("a submodule"),
            _ => return refuse("an entry of an unusual mode"),
        };
        let contents = read(self.objects, &entry.id, ObjectKind::Blob)?.into();
        Ok(File { contents, mode })
    }

    /// What is at a path, all links followed, of which none may lead out of `home`.
    fn resolved(&self, home: &str, path: &str) -> Result<Option<Entry>, RebuildError> {
        let refuse = |what| RebuildError::Entry { path: path.to_owned(), what };
        let mut at = path.to_owned();
        for _ in 0..DEEPEST {
            let Some(entry) = self.entry(&at)? else { return Ok(None) };
            if entry.mode != LINK {
                return Ok(Some(entry));
            }
            let target = read(self.objects, &entry.id, ObjectKind::Blob)?;
            let target = str::from_utf8(&target).map_err(|_| refuse("a symbolic link that is no text"))?;
            at = path_from(&at, target).ok_or_else(|| refuse("a symbolic link out of its repository"))?;
            if !home.is_empty() && at.strip_prefix(home).is_none_or(|below| !below.starts_with('/')) {
                return Err(refuse("a symbolic link out of its folder"));
            }
        }
        Err(refuse("a symbolic link that leads to itself"))
    }

    /// The entry at a path of the commit.
    fn entry(&self, path: &str) -> Result<Option<Entry>, RebuildError> {
        let mut folder = self.tree.clone();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let entries = self.entries(&folder)?;
            let Some(entry) = entries.into_iter().find(|entry| entry.name == part.as_bytes()) else {
                return Ok(None);
            };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            if entry.mode != FOLDER {
                return Ok(None);
            }
            folder = entry.id;
        }
        Ok(None)
    }

    fn entries(&self, id: &CommitSha) -> Result<Vec<Entry>, RebuildError> {
        let bytes = read(self.objects, id, ObjectKind::Tree)?;
        entries(&bytes).ok_or_else(|| broken(id, "it is no tree"))
    }
}

fn read(objects: &Objects, id: &CommitSha, expected: ObjectKind) -> Result<Vec<u8>, RebuildError> {
    match objects.find(id)? {
        Object { kind, bytes } if kind == expected => Ok(bytes),
        _ => Err(broken(id, "it is of another kind than what names it says")),
    }
}

fn broken(id: &CommitSha, why: &str) -> RebuildError {
    RebuildError::Objects(ObjectError::Corrupt { id: id.clone(), why: why.to_owned() })
}
