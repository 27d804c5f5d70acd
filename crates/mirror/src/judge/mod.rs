//! Whether what is on a mirror's branch, or is about to be, is publish's work and nothing else.
//!
//! Pure: the commits, the trust root and the time are given. Nothing that anybody may write is believed — names,
//! addresses, messages, who pushes — but only what a trusted key signed, and in the one order in which it was made.

mod chain;
mod examine;
mod finding;
mod refs;
#[cfg(test)]
mod tests;

use domain::{CommitSha, PackageVersion, Sha256};
use jiff::Timestamp;

use crate::place::MirrorTarget;
use crate::signers::AllowedSigners;
use crate::trailers::Trailers;

pub use chain::judge;
pub use examine::examine;
pub use finding::{Finding, Problem, Subject};
pub use refs::{SeenRef, judge_refs};

/// By what is judged.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Whose signatures count.
    pub signers: &'a AllowedSigners,
    /// The branch that is guarded.
    pub target: &'a MirrorTarget,
    /// The time of judgement.
    pub now: Timestamp,
    /// Whether the commits have just been pushed.
    pub arrival: Arrival,
}

/// When the commits came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Just now: the key must be valid today too, since the time in a commit is its maker's own claim.
    New,
    /// At some time: the key must have been valid at the time that the commit claims.
    Standing,
}

/// A commit whose claims have been examined, and its files, once they are read.
///
/// Only the files of a commit that is [`genuine`](Self::genuine) need reading: nobody else's can put a guard to work.
#[derive(Debug, Clone)]
pub struct SeenCommit {
    id: CommitSha,
    claims: Result<Genuine, Problem>,
    tree: SeenTree,
}

impl SeenCommit {
    /// Examines a commit by itself; its files are yet to be read.
    #[must_use]
    pub fn examined(commit: &SeenHead, rules: &Rules<'_>) -> Self {
        Self { id: commit.id.clone(), claims: examine(commit, rules), tree: SeenTree::Unread }
    }

    /// The commit, if it is publish's.
    #[must_use]
    pub fn genuine(&self) -> Option<&Genuine> {
        self.claims.as_ref().ok()
    }

    /// The same with its files.
    #[must_use]
    pub fn with_tree(self, tree: SeenTree) -> Self {
        Self { tree, ..self }
    }
}

/// The files of a commit, as they were read: all of them, with their contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenTree {
    /// They were not read, which no commit passes with.
    Unread,
    /// Files alone, and the digest of them by [`tree_hash`](crate::tree_hash()).
    Files(Sha256),
    /// There is something else: the first such entry, and the others.
    Foreign(ForeignEntry, Vec<ForeignEntry>),
}

/// An entry of a tree that no mirror has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignEntry {
    /// Its path, as far as it is text.
    pub path: String,
    /// What it is, as a noun phrase: `a symbolic link`.
    pub kind: &'static str,
}

/// A head of a branch: a commit whose tree does not matter any more.
#[derive(Debug, Clone)]
pub struct SeenHead {
    /// Its id.
    pub id: CommitSha,
    /// The bytes of the object.
    pub raw: Vec<u8>,
}

/// What the commits of a chain stand on.
#[derive(Debug, Clone)]
pub enum Ground {
    /// There was no branch, or it is judged as a whole: the first commit is the first of the mirror.
    Nothing,
    /// The head that the branch had: the first commit follows it.
    Head(SeenHead),
    /// The branch had a head, and the first commit follows nothing: the history was replaced.
    Replaced(SeenHead),
    /// The branch had a head, and the first commit follows an older one.
    Forked {
        /// The head.
        head: SeenHead,
    },
    /// The chain is one commit, an older one of the branch.
    Rewound {
        /// The head that the branch had.
        head: SeenHead,
        /// Every commit that the branch has no more, that head among them.
        dropped: Vec<SeenHead>,
    },
}

/// A commit that publish made: signed by a key that may, for this mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genuine {
    /// Its id.
    pub id: CommitSha,
    /// The commits that it follows.
    pub parents: Vec<CommitSha>,
    /// What it says of itself.
    pub trailers: Trailers,
    /// When it says that it was made.
    pub committed: Timestamp,
    /// The id of its tree.
    pub tree: CommitSha,
    /// Who the allowed signers say that the key is.
    pub principals: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// All that is wrong; nothing is right when there is anything.
    pub findings: Vec<Finding>,
    /// The last commit, if it is publish's.
    pub head: Option<Genuine>,
}

impl Verdict {
    /// Whether the mirror is as publish made it.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    /// Holds the head against the version that the source repository is known to have published: a branch that was
    /// put back as a whole to an older state is signed well, and only who knows the newer one can tell.
    pub fn expect_version(&mut self, expected: &PackageVersion) {
        let Some(head) = &self.head else { return };
        let found = &head.trailers.version;
        if found < expected {
            let problem = Problem::Behind { found: found.clone(), expected: expected.clone() };
            self.findings.push(Finding { subject: Subject::Commit(head.id.clone()), problem });
        }
    }
}
