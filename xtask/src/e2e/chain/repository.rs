//! A runtime's repository on the forge, with workflows on its default branch as its owner has copied them.

use std::path::{Path, PathBuf};

use local_forge::{LocalForge, Role};

use crate::e2e::checkout::folder_of;
use crate::folder;
use crate::process;
use crate::workspace::Workspace;

/// A repository on the forge, and a clone of it.
pub(super) struct Repository {
    /// The clone; the runner works in it.
    pub(super) folder: PathBuf,
    /// Where workflows are in it.
    workflows: &'static str,
}

/// What its owner has copied: a file of `examples/callers`, and the name that it says to give it.
pub(super) type Copied = (&'static str, &'static str);

impl Repository {
    /// Makes a repository of an example's files and of these workflows, by git.
    pub(super) fn make(
        workspace: &Workspace,
        forge: &LocalForge,
        name: &str,
        example: &str,
        copied: &[Copied],
        folder: &Path,
    ) -> anyhow::Result<Self> {
        forge.repo(name);
        let workflows = folder_of(forge.dialect());
        let repository = Self { folder: folder.to_owned(), workflows };
        let address = forge.clone_url(name);
        process::output(process::command("git").args(["clone", "--quiet", &address]).arg(folder))?;
        folder::copy(&workspace.root().join("examples").join(example), folder)?;
        fs_err::create_dir_all(folder.join(workflows))?;
        for (caller, file) in copied {
            let caller = workspace.root().join("examples/callers").join(caller);
            fs_err::copy(caller, folder.join(workflows).join(file))?;
        }
        Ok(repository)
    }

    /// Commits everything, and pushes it to these branches.
    pub(super) fn push(&self, forge: &LocalForge, name: &str, branches: &[&str]) -> anyhow::Result<()> {
        self.git(&["add", "."])?;
        self.git(&["commit", "--quiet", "--message", "A runtime"])?;
        let token = forge.token(Role::Write);
        let address = forge.clone_url(name).replacen("://", &format!("://dev:{token}@"), 1);
        for branch in branches {
            self.git(&["push", "--quiet", &address, &format!("HEAD:{branch}")])?;
        }
        Ok(())
    }

    /// Takes what the default branch is at, and looks like a clone of github.com: the runner takes the repository's
    /// name from there.
    pub(super) fn pull(&self, forge: &LocalForge, name: &str) -> anyhow::Result<()> {
        self.git(&["pull", "--quiet", "--ff-only", &forge.clone_url(name), "main"])?;
        self.git(&["remote", "set-url", "origin", &format!("https://github.com/{name}.git")])?;
        Ok(())
    }

    /// Where a workflow is, from the repository's root.
    pub(super) fn workflow(&self, file: &str) -> PathBuf {
        Path::new(self.workflows).join(file)
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut git = process::command("git");
        git.args(["-c", "user.name=dev", "-c", "user.email=dev@localhost", "-C"]).arg(&self.folder);
        process::output(git.args(arguments))
    }
}
