//! What comes on top of a mirror's head. Purely.

use std::num::NonZeroU64;

use domain::{CommitSha, PackageVersion};
use jiff::Timestamp;
use mirror::{Genuine, Problem};
use package::manifest::MirrorHistory;

use super::error::MirrorError;
use super::made::Made;

/// The head of a mirror's branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// There is no branch.
    None,
    /// A release of publish's.
    Release(Box<Genuine>),
    /// A commit from before publish wrote there: nothing below it says that it is a release.
    Adopted(CommitSha),
    /// A commit that publish did not make, above one that is a release, or says so.
    Intruder {
        /// The head.
        id: CommitSha,
        /// What is wrong with it.
        why: Box<Problem>,
        /// The newest release below it.
        last: Option<Box<Genuine>>,
    },
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing: this head is the release.
    Nothing(CommitSha),
    /// Nothing: this head is of a newer version.
    Newer(CommitSha, PackageVersion),
    /// A commit is to be pushed.
    Push(Next),
}

/// The commit that is to be pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Its number.
    pub sequence: NonZeroU64,
    /// The commit that it follows.
    pub parent: Option<CommitSha>,
    /// The head that the branch has, and must still have when its history is replaced.
    pub head: Option<CommitSha>,
    /// The time of the release before it.
    pub after: Option<Timestamp>,
}

impl Next {
    /// Whether the push leaves the branch's history behind.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.parent.is_none() && self.head.is_some()
    }
}

/// What is to be done, so that the mirror's head is this release.
///
/// # Errors
/// When nothing may be put on top of the head.
pub fn plan(head: &Head, made: &Made, history: MirrorHistory) -> Result<Step, MirrorError> {
    let on = |id: &CommitSha| match history {
        MirrorHistory::Keep => Some(id.clone()),
        MirrorHistory::Replace => None,
    };
    let first = |parent, head| Next { sequence: NonZeroU64::MIN, parent, head, after: None };
    Ok(match head {
        Head::None => Step::Push(first(None, None)),
        Head::Adopted(id) => Step::Push(first(on(id), Some(id.clone()))),
        Head::Release(last) => {
            let (id, version) = (last.id.clone(), &last.trailers.version);
            if *version > made.version {
                return Ok(Step::Newer(id, version.clone()));
            }
            if *version == made.version {
                return if last.trailers.tree == made.digest {
                    Ok(Step::Nothing(id))
                } else {
                    Err(MirrorError::OtherFiles { head: id, version: version.clone() })
                };
            }
            Step::Push(next(last, on(&id), id)?)
        }
        Head::Intruder { id, why, last } => {
            let replaced = last
                .as_ref()
                .filter(|last| history == MirrorHistory::Replace && last.trailers.version < made.version);
            match replaced {
                Some(last) => Step::Push(next(last, None, id.clone())?),
                None => return Err(MirrorError::Intruder { head: id.clone(), why: why.clone() }),
            }
        }
    })
}

fn next(last: &Genuine, parent: Option<CommitSha>, head: CommitSha) -> Result<Next, MirrorError> {
    let sequence = last.trailers.sequence.checked_add(1).ok_or(MirrorError::NoNumber)?;
    Ok(Next { sequence, parent, head: Some(head), after: Some(last.committed) })
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
