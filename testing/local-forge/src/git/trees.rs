//! Trees and blobs.

use super::memory::is_id;
use super::process::{pipe, printed};
use super::{BareRepository, GitError};

/// One entry of a tree.
#[derive(Debug, Clone)]
pub(crate) struct TreeEntry {
    pub(crate) mode: String,
    /// `blob`, `tree` or `commit`.
    pub(crate) kind: String,
    pub(crate) sha: String,
    /// In bytes; a tree has none.
    pub(crate) size: Option<u64>,
    /// From the root of the listed tree.
    pub(crate) path: String,
}

/// A path to be set in a tree, or taken out of it.
#[derive(Debug, Clone)]
pub(crate) struct NewEntry {
    pub(crate) path: String,
    pub(crate) mode: String,
    /// The blob that it shall hold, or the commit of a submodule; `None` takes the path away.
    pub(crate) blob: Option<String>,
}

impl BareRepository {
    /// Writes a blob, without anything that holds it.
    pub(crate) fn write_blob(&self, bytes: &[u8]) -> Result<String, GitError> {
        Ok(self.feed(&["hash-object", "-t", "blob", "-w", "--stdin"], bytes)?.trim().to_owned())
    }

    /// The id of a tree that is named by itself or by a commit of it.
    pub(crate) fn tree_of(&self, revision: &str) -> Result<Option<String>, GitError> {
        if revision.is_empty() || revision.starts_with('-') {
            return Ok(None);
        }
        self.ask(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{tree}}")])
    }

    /// Writes a tree: another one with some paths changed. By an index of its own, so that nothing else moves.
    pub(crate) fn write_tree(&self, base: Option<&str>, entries: &[NewEntry]) -> Result<String, GitError> {
        let scratch = tempfile::tempdir()?;
        let index = scratch.path().join("index");
        let git = |arguments: &[&str], input: &[u8]| {
            let mut command = self.command(arguments);
            let output = pipe(command.env("GIT_INDEX_FILE", &index), input)?;
            printed(arguments, &output)
        };
        if let Some(base) = base {
            git(&["read-tree", base], b"")?;
        }
        let nothing = super::ZERO;
        let lines = entries.iter().map(|NewEntry { path, mode, blob }| match blob {
            Some(blob) => format!("{mode} {blob}\t{path}\0"),
            None => format!("0 {nothing}\t{path}\0"),
        });
        let lines: Vec<_> = lines.collect();
        git(&["update-index", "-z", "--index-info"], lines.concat().as_bytes())?;
        Ok(git(&["write-tree"], b"")?.trim().to_owned())
    }

    /// The entries of a tree, by path; `path` narrows to one entry or to a folder's entries (`dir/`).
    pub(crate) fn tree(
        &self,
        revision: &str,
        path: Option<&str>,
        recursive: bool,
    ) -> Result<Vec<TreeEntry>, GitError> {
        let asked = (revision.to_owned(), path.map(str::to_owned), recursive);
        if let Some(known) = self.memory().trees.get(&asked) {
            return Ok(known.clone());
        }
        let mut arguments = vec!["ls-tree", "-z", "--long", "--full-tree"];
        if recursive {
            arguments.extend(["-r", "-t"]);
        }
        arguments.push(revision);
        arguments.extend(path);
        let entries: Vec<_> = self.run(&arguments)?.split('\0').filter_map(parse_entry).collect();
        if is_id(revision) {
            self.memory().trees.insert(asked, entries.clone());
        }
        Ok(entries)
    }

    /// The bytes of a blob.
    pub(crate) fn blob(&self, sha: &str) -> Result<Vec<u8>, GitError> {
        if let Some(known) = self.memory().blobs.get(sha) {
            return Ok(known.clone());
        }
        let output = self.command(&["cat-file", "blob", sha]).output()?;
        if output.status.success() && is_id(sha) {
            self.memory().blobs.insert(sha.to_owned(), output.stdout.clone());
        }
        Ok(output.stdout)
    }

    /// A file's text at a revision; `None` when there is no such file.
    pub(crate) fn file(&self, revision: &str, path: &str) -> Result<Option<String>, GitError> {
        let Some(commit) = self.resolve(revision)? else { return Ok(None) };
        let found = self.tree(&commit, Some(path), false)?;
        let Some(file) = found.into_iter().find(|entry| entry.kind == "blob" && entry.path == path) else {
            return Ok(None);
        };
        Ok(Some(String::from_utf8_lossy(&self.blob(&file.sha)?).into_owned()))
    }
}

fn parse_entry(record: &str) -> Option<TreeEntry> {
    let (head, path) = record.split_once('\t')?;
    let mut fields = head.split_whitespace();
    Some(TreeEntry {
        mode: fields.next()?.to_owned(),
        kind: fields.next()?.to_owned(),
        sha: fields.next()?.to_owned(),
        size: fields.next()?.parse().ok(),
        path: path.to_owned(),
    })
}
