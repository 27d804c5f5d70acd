//! What people do to branches with git itself, and by the buttons of a pull request's page.

use super::{admin, done, repository};
use crate::effects::push::RefChange;
use crate::git::{BareRepository, NewEntry, RefUpdate};
use crate::handle::ForgeHandle;
use crate::world::accounts::ADMIN;

impl ForgeHandle {
    /// Puts another commit in the place of a branch's newest one, as `git commit --amend` and a forced push do: by
    /// `root1`, with the message that was there, on the same parents.
    #[track_caller]
    pub fn amend(&self, repo: &str, branch: &str, files: &[(&str, &str)]) -> String {
        self.rewrite(repo, branch, |git, tip| {
            let old = done(done(git.read_commit(tip)).ok_or_else(|| format!("there is no commit `{tip}`")));
            let entries = files.iter().map(|(path, text)| {
                let blob = done(git.write_blob(text.as_bytes()));
                NewEntry { path: (*path).to_owned(), mode: "100644".to_owned(), blob: Some(blob) }
            });
            let tree = done(git.write_tree(Some(tip), &entries.collect::<Vec<_>>()));
            (tree, old.parents, old.message)
        })
    }

    /// The same for a submodule, which then stands at this commit; it is nobody's, and need not be anywhere.
    #[track_caller]
    pub fn amend_submodule(&self, repo: &str, branch: &str, path: &str, at: &str) -> String {
        self.rewrite(repo, branch, |git, tip| {
            let old = done(done(git.read_commit(tip)).ok_or_else(|| format!("there is no commit `{tip}`")));
            let tree = done(git.write_tree(Some(tip), &[submodule(path, at)]));
            (tree, old.parents, old.message)
        })
    }

    /// Sets a submodule to a commit, which need not be anywhere, by a commit of `root1`.
    #[track_caller]
    pub fn submodule(&self, repo: &str, branch: &str, path: &str, at: &str) -> String {
        self.rewrite(repo, branch, |git, tip| {
            let tree = done(git.write_tree(Some(tip), &[submodule(path, at)]));
            (tree, vec![tip.to_owned()], format!("Set {path}"))
        })
    }

    /// Merges a branch into another one, as the button that brings a pull request up to date does.
    #[track_caller]
    pub fn merge_in(&self, repo: &str, branch: &str, from: &str) -> String {
        self.rewrite(repo, branch, |git, tip| {
            let theirs = done(git.resolve(&format!("refs/heads/{from}")));
            let theirs = done(theirs.ok_or_else(|| format!("there is no branch `{from}`")));
            let base = done(done(git.merge_base(tip, &theirs)).ok_or("the branches have nothing in common"));
            let tree = done(git.merge_trees(&base, tip, &theirs));
            let tree = done(tree.ok_or("the branches conflict"));
            (tree, vec![tip.to_owned(), theirs], format!("Merge branch '{from}' into {branch}"))
        })
    }

    /// Makes a symbolic link, by a commit of `root1`.
    #[track_caller]
    pub fn link(&self, repo: &str, branch: &str, path: &str, target: &str) -> String {
        self.rewrite(repo, branch, |git, tip| {
            let blob = Some(done(git.write_blob(target.as_bytes())));
            let entry = NewEntry { path: path.to_owned(), mode: "120000".to_owned(), blob };
            let tree = done(git.write_tree(Some(tip), &[entry]));
            (tree, vec![tip.to_owned()], format!("Link {path}"))
        })
    }

    /// Sets a branch to a new commit of this tree, these parents, and this message.
    #[track_caller]
    fn rewrite(
        &self,
        repo: &str,
        branch: &str,
        commit: impl FnOnce(&BareRepository, &str) -> (String, Vec<String>, String),
    ) -> String {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let author = world.sign(ADMIN);
        let (git, name) = (world.repo(id).git.clone(), format!("refs/heads/{branch}"));
        let tip = done(done(git.resolve(&name)).ok_or_else(|| format!("there is no branch `{branch}`")));
        let (tree, parents, message) = commit(&git, &tip);
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let new = done(git.write_commit(&tree, &parents, &message, &author, &author));
        let update = RefUpdate { name: name.clone(), new: new.clone(), old: Some(tip.clone()) };
        done(git.update_refs(&[update]));
        done(world.after_push(id, &admin(), &[RefChange { name, old: tip, new: new.clone() }]));
        new
    }
}

fn submodule(path: &str, at: &str) -> NewEntry {
    NewEntry { path: path.to_owned(), mode: "160000".to_owned(), blob: Some(at.to_owned()) }
}
