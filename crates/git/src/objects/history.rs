//! Commits and their ancestors.

use std::collections::{BinaryHeap, HashMap};

use domain::CommitSha;
use gix_hash::{ObjectId, oid};

use super::store::{corrupt, read, written};
use super::{Object, ObjectError, ObjectKind, Repository};

/// What a commit's header says.
struct Header {
    tree: ObjectId,
    parents: Vec<ObjectId>,
    /// When it was made, in seconds.
    time: i64,
}

/// On whose way to the roots a commit lies.
const ONE: u8 = 1;
const OTHER: u8 = 2;
/// It lies behind a commit that both have.
const STALE: u8 = 4;

impl Repository {
    /// The tree of a commit.
    ///
    /// # Errors
    /// When there is no such commit.
    pub fn tree_of(&self, commit: &CommitSha) -> Result<CommitSha, ObjectError> {
        Ok(read(&self.header(&written(commit)?)?.tree))
    }

    /// A best common ancestor of two commits: where they have parted.
    ///
    /// # Errors
    /// When they have none, or the clone is too shallow to tell.
    pub fn merge_base(&self, one: &CommitSha, other: &CommitSha) -> Result<CommitSha, ObjectError> {
        let shallow = self.shallow()?;
        let mut flags = HashMap::<ObjectId, u8>::new();
        let mut queue = BinaryHeap::new();
        for (commit, flag) in [(written(one)?, ONE), (written(other)?, OTHER)] {
            let time = self.header(&commit)?.time;
            *flags.entry(commit).or_default() |= flag;
            queue.push((time, commit));
        }
        let mut common = Vec::new();
        // The newest first: what is left may end once it lies behind commits that both have.
        while queue.iter().any(|(_, commit)| flags[commit] & STALE == 0) {
            let Some((_, commit)) = queue.pop() else { break };
            let mut flag = flags[&commit];
            if flag == ONE | OTHER {
                common.push(commit);
                flag |= STALE;
            }
            if shallow.contains(&commit) {
                continue;
            }
            for parent in self.header(&commit)?.parents {
                let known = flags.entry(parent).or_default();
                if *known & flag != flag {
                    *known |= flag;
                    queue.push((self.header(&parent)?.time, parent));
                }
            }
        }
        // One that was found behind another one is not where they have parted.
        common.into_iter().find(|commit| flags[commit] & STALE == 0).map(|commit| read(&commit)).ok_or_else(
            || ObjectError::NothingInCommon {
                one: one.clone(),
                other: other.clone(),
                is_shallow: !shallow.is_empty(),
            },
        )
    }

    pub(super) fn parents(&self, commit: &oid) -> Result<Vec<ObjectId>, ObjectError> {
        Ok(self.header(commit)?.parents)
    }

    fn header(&self, id: &oid) -> Result<Header, ObjectError> {
        let Object { kind: ObjectKind::Commit, bytes } = self.objects().get(id)? else {
            return Err(corrupt(id, "it is no commit"));
        };
        parsed(&bytes).ok_or_else(|| corrupt(id, "it is no commit"))
    }
}

fn parsed(bytes: &[u8]) -> Option<Header> {
    let mut header = Header { tree: ObjectId::null(gix_hash::Kind::Sha1), parents: Vec::new(), time: 0 };
    let mut has_tree = false;
    for line in bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty()) {
        if let Some(tree) = line.strip_prefix(b"tree ") {
            header.tree = ObjectId::from_hex(tree).ok()?;
            has_tree = true;
        } else if let Some(parent) = line.strip_prefix(b"parent ") {
            header.parents.push(ObjectId::from_hex(parent).ok()?);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            let mut words = committer.rsplit(|byte| *byte == b' ').skip(1);
            let time = words.next().and_then(|time| std::str::from_utf8(time).ok());
            header.time = time.and_then(|time| time.parse().ok()).unwrap_or(0);
        }
    }
    has_tree.then_some(header)
}
