//! Real bare repositories, read and written by the git binary.
//!
//! Everything that is a commit, a ref or a tag lives here and nowhere else: what the forge tells is read
//! from git each time, so a push and an API call can never see different repositories.

mod commits;
mod diff;
mod graph;
mod merge;
mod process;
mod refs;
mod trees;

use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use commits::{Commit, EMPTY_TREE, Identity, NewCommit, Stats};
pub(crate) use diff::FileChange;
pub(crate) use graph::CommitGraph;
pub(crate) use process::{GitError, pipe};
pub(crate) use refs::{Ref, RefUpdate, TagObject};
pub(crate) use trees::TreeEntry;

/// The all-zero id: in a ref update it means "no ref of this name".
pub(crate) const ZERO: &str = "0000000000000000000000000000000000000000";

/// One bare repository.
#[derive(Debug, Clone)]
pub(crate) struct BareRepository {
    path: Arc<PathBuf>,
}

impl BareRepository {
    /// Makes an empty repository at `path` whose `HEAD` names `default_branch`.
    pub(crate) fn init(path: PathBuf, default_branch: &str) -> Result<Self, GitError> {
        fs_err::create_dir_all(&path)?;
        let repository = Self { path: Arc::new(path) };
        repository.run(&["init", "--quiet", "--bare"])?;
        repository.run(&["symbolic-ref", "HEAD", &format!("refs/heads/{default_branch}")])?;
        for (key, value) in [
            ("gc.auto", "0"),
            ("receive.autogc", "false"),
            ("http.receivepack", "true"),
            ("uploadpack.allowAnySHA1InWant", "true"),
            ("core.fsync", "none"),
        ] {
            repository.run(&["config", key, value])?;
        }
        Ok(repository)
    }

    /// Copies every object and branch of `source`, as a fork does.
    pub(crate) fn fetch_from(&self, source: &Self) -> Result<(), GitError> {
        let source = source.path.to_string_lossy();
        self.run(&["fetch", "--quiet", &source, "+refs/heads/*:refs/heads/*"])?;
        Ok(())
    }

    /// Copies the objects behind one commit of `source`, without making a ref.
    pub(crate) fn fetch_commit(&self, source: &Self, commit: &str) -> Result<(), GitError> {
        let source = source.path.to_string_lossy();
        self.run(&["fetch", "--quiet", "--no-write-fetch-head", &source, commit])?;
        Ok(())
    }
}
