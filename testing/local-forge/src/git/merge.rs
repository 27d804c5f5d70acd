//! Merging without a checkout.

use super::commits::{Commit, Identity, with_newline};
use super::process::printed;
use super::{BareRepository, GitError};

impl BareRepository {
    /// The best common ancestor; `None` of histories that have none.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Result<Option<String>, GitError> {
        self.ask(&["merge-base", one, other])
    }

    /// Whether `ancestor` is reachable from `descendant`; a commit is its own ancestor.
    pub(crate) fn is_ancestor(&self, ancestor: &str, descendant: &str) -> Result<bool, GitError> {
        let asked = ["merge-base", "--is-ancestor", ancestor, descendant];
        Ok(self.command(&asked).output()?.status.success())
    }

    /// Merges what `theirs` changed since `base` into `ours`: a tree, or `None` on a conflict.
    ///
    /// A temporary index and work tree with git's oldest merge machinery, because `git merge-tree` can
    /// take a base of our choice only from git 2.40 on.
    pub(crate) fn merge_trees(
        &self,
        base: &str,
        ours: &str,
        theirs: &str,
    ) -> Result<Option<String>, GitError> {
        let scratch = tempfile::tempdir()?;
        let index = scratch.path().join("index");
        let files = scratch.path().join("files");
        fs_err::create_dir_all(&files)?;
        let git = |arguments: &[&str]| {
            let mut command = self.command(arguments);
            command.env("GIT_DIR", self.place()).env("GIT_WORK_TREE", &files);
            command.env("GIT_INDEX_FILE", &index).current_dir(&files).output()
        };
        let read = ["read-tree", "-i", "-m", "--aggressive", base, ours, theirs];
        printed(&read, &git(&read)?)?;
        if git(&["ls-files", "--unmerged"])?.stdout.is_empty()
            || git(&["merge-index", "-o", "-q", "git-merge-one-file", "-a"])?.status.success()
        {
            let written = git(&["write-tree"])?;
            return Ok(Some(printed(&["write-tree"], &written)?.trim().to_owned()));
        }
        Ok(None)
    }

    /// Writes a commit object, without a ref to it.
    pub(crate) fn write_commit(
        &self,
        tree: &str,
        parents: &[&str],
        message: &str,
        author: &Identity,
        committer: &Identity,
    ) -> Result<String, GitError> {
        let parents: Vec<_> = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let object = format!(
            "tree {tree}\n{}author {}\ncommitter {}\n\n{}",
            parents.concat(),
            author.header(),
            committer.header(),
            with_newline(message)
        );
        let id = self.feed(&["hash-object", "-t", "commit", "-w", "--stdin"], object.as_bytes())?;
        Ok(id.trim().to_owned())
    }

    /// Replays commits (oldest first) onto another: the last new commit, or `None` on a conflict.
    pub(crate) fn replay(
        &self,
        commits: &[Commit],
        onto: &str,
        committer: &Identity,
    ) -> Result<Option<String>, GitError> {
        let mut tip = onto.to_owned();
        for commit in commits {
            let Some(parent) = commit.parents.first() else { continue };
            let Some(tree) = self.merge_trees(parent, &tip, &commit.sha)? else { return Ok(None) };
            tip = self.write_commit(&tree, &[&tip], &commit.message, &commit.author, committer)?;
        }
        Ok(Some(tip))
    }
}
