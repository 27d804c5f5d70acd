//! Real bare repositories, read and written by the git binary.
//!
//! Everything that is a commit, a ref or a tag lives here and nowhere else: what the forge tells is read
//! from git each time, so a push and an API call can never see different repositories.

mod commits;
mod copies;
mod diff;
mod graph;
mod memory;
mod merge;
mod process;
mod refs;
mod trees;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use copies::Copy;
pub(crate) use copies::Model;
use memory::Memory;

pub(crate) use commits::{Commit, EMPTY_TREE, Identity, NewCommit, Stats};
pub(crate) use diff::FileChange;
pub(crate) use graph::CommitGraph;
pub(crate) use process::{GitError, pipe};
pub(crate) use refs::{Ref, RefUpdate, TagObject};
pub(crate) use trees::{NewEntry, TreeEntry};

/// The all-zero id: in a ref update it means "no ref of this name".
pub(crate) const ZERO: &str = "0000000000000000000000000000000000000000";

/// A bare repository's settings: nothing is packed behind our backs, and every object can be asked for.
const CONFIG: &str = "[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	fsync = none
[gc]
	auto = 0
[receive]
	autogc = false
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
";

/// One bare repository.
#[derive(Debug, Clone)]
pub(crate) struct BareRepository {
    path: Arc<PathBuf>,
    /// What a copy is made of, when git is first asked about it.
    copy: Option<Arc<Copy>>,
    memory: Arc<Mutex<Memory>>,
}

impl BareRepository {
    /// Makes an empty repository at `path` whose `HEAD` names `default_branch`.
    ///
    /// Its files are written here as `git init --bare` would: seven processes for each of a thousand repositories are
    /// half a minute.
    pub(crate) fn init(path: PathBuf, default_branch: &str) -> Result<Self, GitError> {
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs_err::create_dir_all(path.join(folder))?;
        }
        fs_err::write(path.join("HEAD"), format!("ref: refs/heads/{default_branch}\n"))?;
        fs_err::write(path.join("config"), CONFIG)?;
        Ok(Self { path: Arc::new(path), copy: None, memory: Arc::default() })
    }

    /// What copies of this one are made of, as it stands now.
    pub(crate) fn model(&self) -> Result<Model, GitError> {
        Model::of(self)
    }

    /// The folder that the repository lies in.
    fn place(&self) -> &Path {
        if let Some(copy) = &self.copy {
            copy.make(&self.path);
        }
        &self.path
    }

    /// Copies every object and branch of `source`, as a fork does.
    pub(crate) fn fetch_from(&self, source: &Self) -> Result<(), GitError> {
        let source = source.place().to_string_lossy();
        self.run(&["fetch", "--quiet", &source, "+refs/heads/*:refs/heads/*"])?;
        Ok(())
    }

    /// Copies the objects behind one commit of `source`, without making a ref.
    pub(crate) fn fetch_commit(&self, source: &Self, commit: &str) -> Result<(), GitError> {
        let source = source.place().to_string_lossy();
        self.run(&["fetch", "--quiet", "--no-write-fetch-head", &source, commit])?;
        Ok(())
    }
}
