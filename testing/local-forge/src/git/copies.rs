//! Copies of a repository that take no room until git looks at them: a forge may have a thousand that nobody touches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::memory::Memory;
use super::{BareRepository, CONFIG, GitError};

/// A repository as it stood when copies were first made of it.
#[derive(Debug)]
pub(crate) struct Model {
    /// Where the objects lie, which are not copied at all.
    objects: PathBuf,
    head: String,
    /// The branches by their full names.
    branches: BTreeMap<String, String>,
    /// Shared with every copy, since an id names the same object in all of them.
    memory: Arc<Mutex<Memory>>,
}

impl Model {
    pub(super) fn of(source: &BareRepository) -> Result<Self, GitError> {
        let branches = source.refs("refs/heads/")?;
        Ok(Self {
            objects: source.place().join("objects"),
            head: source.head_branch().unwrap_or_default(),
            branches: branches.into_iter().map(|branch| (branch.name, branch.object)).collect(),
            memory: Arc::clone(&source.memory),
        })
    }

    /// Makes a copy that will lie at `path`, with all that the branches reach.
    pub(crate) fn copy_to(self: &Arc<Self>, path: PathBuf) -> BareRepository {
        let copy = Copy { model: Arc::clone(self), made: OnceLock::new() };
        BareRepository { path: Arc::new(path), copy: Some(Arc::new(copy)), memory: Arc::clone(&self.memory) }
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        fs_err::create_dir_all(path.join("objects/info"))?;
        fs_err::write(path.join("objects/info/alternates"), format!("{}\n", self.objects.display()))?;
        fs_err::write(path.join("HEAD"), format!("ref: {}\n", self.head))?;
        fs_err::write(path.join("config"), CONFIG)?;
        fs_err::create_dir_all(path.join("refs/heads"))?;
        for (name, held) in &self.branches {
            let place = path.join(name);
            place.parent().map_or(Ok(()), fs_err::create_dir_all)?;
            fs_err::write(place, format!("{held}\n"))?;
        }
        Ok(())
    }
}

/// What makes a repository a copy.
#[derive(Debug)]
pub(super) struct Copy {
    model: Arc<Model>,
    made: OnceLock<()>,
}

impl Copy {
    /// Puts the repository's files into its folder, once.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written to.
    pub(super) fn make(&self, path: &Path) {
        self.made.get_or_init(|| {
            self.model.write(path).expect("the folder of the repositories can be written to");
        });
    }

    /// The branches by their full names while git has not looked at the copy; `None` once it has.
    pub(super) fn branches(&self) -> Option<&BTreeMap<String, String>> {
        self.made.get().is_none().then_some(&self.model.branches)
    }

    /// The branch that `HEAD` stands for, which nothing here changes.
    pub(super) fn head(&self) -> &str {
        &self.model.head
    }
}
