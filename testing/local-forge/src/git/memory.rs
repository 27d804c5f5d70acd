//! What was read of git and cannot change: objects, by their ids. A process for each look would cost more than all else
//! that a forge of tests does.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

use super::trees::TreeEntry;
use super::{BareRepository, Commit};

/// Everything that was read so far.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) commits: HashMap<String, Commit>,
    pub(super) blobs: HashMap<String, Vec<u8>>,
    /// By commit or tree, path, and whether the folders below it are listed as well.
    pub(super) trees: HashMap<(String, Option<String>, bool), Vec<TreeEntry>>,
    /// The commit that gave a path what it holds at another commit, by that and the path.
    pub(super) changes: HashMap<(String, String), Option<Commit>>,
}

/// Whether a revision is an id, which never comes to name something else.
pub(super) fn is_id(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl BareRepository {
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a branch is called in full, where a short name can stand for nothing else.
    ///
    /// A copy has branches alone until git looks at it, so that no tag of the same name comes first.
    pub(super) fn in_full(&self, name: &str) -> String {
        let full = format!("refs/heads/{name}");
        let branches = self.copy.as_ref().and_then(|copy| copy.branches());
        if branches.is_some_and(|branches| branches.contains_key(&full)) { full } else { name.to_owned() }
    }

    /// What a branch holds, read from its file; `None` when git has packed it away, or when there is none.
    pub(super) fn loose_branch(&self, full_name: &str) -> Option<String> {
        if let Some(branches) = self.copy.as_ref().and_then(|copy| copy.branches()) {
            return branches.get(full_name).cloned();
        }
        let safe = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
        let name = full_name.strip_prefix("refs/heads/").filter(|name| name.split('/').all(safe))?;
        let held = fs_err::read_to_string(self.path.join("refs/heads").join(name)).ok()?;
        let held = held.trim();
        is_id(held).then(|| held.to_owned())
    }

    /// The full name of the branch that `HEAD` stands for.
    pub(super) fn head_branch(&self) -> Option<String> {
        if let Some(copy) = &self.copy {
            return Some(copy.head().to_owned());
        }
        let held = fs_err::read_to_string(self.path.join("HEAD")).ok()?;
        Some(held.strip_prefix("ref: ")?.trim().to_owned())
    }
}
