//! Commits made by the API or by a set-up verb.

use std::collections::BTreeMap;

use crate::effects::push::RefChange;
use crate::git::{GitError, Identity, NewCommit, ZERO};
use crate::world::World;
use crate::world::repositories::RepoId;
use crate::world::tokens::Caller;

/// A commit on a branch.
#[derive(Debug)]
pub(crate) struct BranchCommit<'a> {
    pub(crate) branch: &'a str,
    /// The commit that a new branch begins at; an existing branch goes on where it stands.
    pub(crate) base: Option<&'a str>,
    pub(crate) files: BTreeMap<String, Option<Vec<u8>>>,
    pub(crate) message: &'a str,
    pub(crate) author: &'a Identity,
}

impl World {
    /// Commits, moves the branch and lets the world notice.
    pub(crate) fn commit(
        &mut self,
        id: RepoId,
        caller: &Caller,
        commit: BranchCommit<'_>,
    ) -> Result<String, GitError> {
        let git = self.repo(id).git.clone();
        let name = format!("refs/heads/{}", commit.branch);
        let tip = git.resolve(&name)?;
        let parent = tip.as_deref().or(commit.base);
        let sha = git.commit(&NewCommit {
            branch: commit.branch,
            parent,
            files: commit.files,
            message: commit.message,
            author: commit.author,
        })?;
        let old = tip.unwrap_or_else(|| ZERO.to_owned());
        self.after_push(id, caller, &[RefChange { name, old, new: sha.clone() }])?;
        Ok(sha)
    }
}
