//! Trees and blobs.

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

impl BareRepository {
    /// The entries of a tree, by path; `path` narrows to one entry or to a folder's entries (`dir/`).
    pub(crate) fn tree(
        &self,
        revision: &str,
        path: Option<&str>,
        recursive: bool,
    ) -> Result<Vec<TreeEntry>, GitError> {
        let mut arguments = vec!["ls-tree", "-z", "--long", "--full-tree"];
        if recursive {
            arguments.extend(["-r", "-t"]);
        }
        arguments.push(revision);
        arguments.extend(path);
        Ok(self.run(&arguments)?.split('\0').filter_map(parse_entry).collect())
    }

    /// The bytes of a blob.
    pub(crate) fn blob(&self, sha: &str) -> Result<Vec<u8>, GitError> {
        Ok(self.command(&["cat-file", "blob", sha]).output()?.stdout)
    }

    /// A file's text at a revision; `None` when there is no such file.
    pub(crate) fn file(&self, revision: &str, path: &str) -> Result<Option<String>, GitError> {
        let output = self.command(&["cat-file", "blob", &format!("{revision}:{path}")]).output()?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
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
