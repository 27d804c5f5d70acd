//! What lies between two trees, with renames.

use super::{BareRepository, GitError};

/// A path that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileChange {
    pub(crate) path: String,
    /// `added`, `modified`, `removed` or `renamed`.
    pub(crate) status: &'static str,
    /// The blob that it holds now, or held before it was removed.
    pub(crate) blob: String,
    pub(crate) additions: u64,
    pub(crate) deletions: u64,
    /// What a renamed file was called.
    pub(crate) previous: Option<String>,
}

impl BareRepository {
    /// The files that differ between two trees or commits, by path.
    pub(crate) fn diff(&self, from: &str, to: &str) -> Result<Vec<FileChange>, GitError> {
        let listed =
            self.run(&["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", from, to])?;
        let mut fields = listed.split('\0').filter(|field| !field.is_empty()).peekable();
        let mut changes = Vec::new();
        while let Some(head) = fields.next_if(|field| field.starts_with(':')) {
            let Some(change) = raw(head, &mut fields) else { break };
            changes.push(change);
        }
        // The counts come behind all of the raw lines, in the same order.
        for change in &mut changes {
            let Some(counts) = fields.next() else { break };
            let mut counts = counts.split('\t');
            change.additions = counts.next().and_then(|count| count.parse().ok()).unwrap_or(0);
            change.deletions = counts.next().and_then(|count| count.parse().ok()).unwrap_or(0);
            if counts.next().is_none_or(str::is_empty) {
                // Both names of a renamed file, which the raw line told already.
                fields.next();
                fields.next();
            }
        }
        Ok(changes)
    }
}

/// `:<mode> <mode> <blob> <blob> <letter><score>`, then the path, or both paths of a renamed file.
fn raw<'f>(head: &str, fields: &mut impl Iterator<Item = &'f str>) -> Option<FileChange> {
    let mut parts = head.split(' ').skip(2);
    let (before, after, letter) = (parts.next()?, parts.next()?, parts.next()?);
    let first = fields.next()?.to_owned();
    let (status, path, previous) = match letter.chars().next()? {
        'A' => ("added", first, None),
        'D' => ("removed", first, None),
        'R' => ("renamed", fields.next()?.to_owned(), Some(first)),
        _ => ("modified", first, None),
    };
    let blob = if status == "removed" { before } else { after };
    Some(FileChange { path, status, blob: blob.to_owned(), additions: 0, deletions: 0, previous })
}
