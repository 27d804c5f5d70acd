//! Repositories and what is committed to them.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::{admin, contents, done, repository};
use crate::effects::commits::BranchCommit;
use crate::effects::push::RefChange;
use crate::git::{BareRepository, GitError, NewEntry, RefUpdate};
use crate::handle::{ForgeHandle, Role};
use crate::world::accounts::{ADMIN, AccountKind, UserId};
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::Access;
use crate::world::{Found, World};

/// What a new repository is like.
#[derive(Debug, Clone)]
pub struct NewRepo {
    /// Hidden from everybody but its collaborators and its owner.
    pub private: bool,
    /// Who may push.
    pub writers: Vec<Role>,
}

impl Default for NewRepo {
    fn default() -> Self {
        Self { private: false, writers: vec![Role::Write] }
    }
}

impl ForgeHandle {
    /// Makes a public repository that `dev` may push to, with one commit `Initial commit` of a README on
    /// `main`; gives that commit. The owner becomes an organisation when it does not exist.
    #[track_caller]
    pub fn repo(&self, name: &str) -> String {
        self.new_repo(name, &NewRepo::default())
    }

    /// Makes a repository; gives its first commit.
    #[track_caller]
    pub fn new_repo(&self, name: &str, new: &NewRepo) -> String {
        let (owner, short) = done(name.split_once('/').ok_or("a repository's name is `owner/name`"));
        let mut world = self.forge.world();
        let owner = world.account_or_new(owner, AccountKind::Organization);
        let id = done(self.insert_repository(&mut world, owner, short, new, empty));
        let author = world.sign(ADMIN);
        let files = contents(&[("README.md", "# repo\n")]);
        let commit =
            BranchCommit { branch: "main", base: None, files, message: "Initial commit", author: &author };
        done(world.commit(id, &admin(), commit))
    }

    /// Makes a public repository that `dev` may push to, in which nothing is: not even a branch.
    #[track_caller]
    pub fn empty_repo(&self, name: &str) {
        let (owner, short) = done(name.split_once('/').ok_or("a repository's name is `owner/name`"));
        let mut world = self.forge.world();
        let owner = world.account_or_new(owner, AccountKind::Organization);
        done(self.insert_repository(&mut world, owner, short, &NewRepo::default(), empty));
    }

    /// Makes many repositories that are all alike, in no time: each has the one commit, of these files.
    #[track_caller]
    pub fn repos(&self, names: &[String], files: &[(&str, &str)]) -> String {
        let (first, others) = done(names.split_first().ok_or("there is no name"));
        self.repo(first);
        let commit = self.commit(first, "main", files, "Add the files");
        let mut world = self.forge.world();
        let model = Arc::new(done(world.repo(repository(&world, first)).git.model()));
        for name in others {
            let (owner, short) = done(name.split_once('/').ok_or("a repository's name is `owner/name`"));
            let owner = world.account_or_new(owner, AccountKind::Organization);
            let make = |path| Ok(model.copy_to(path));
            done(self.insert_repository(&mut world, owner, short, &NewRepo::default(), make));
        }
        commit
    }

    fn insert_repository(
        &self,
        world: &mut World,
        owner: UserId,
        name: &str,
        new: &NewRepo,
        make: impl FnOnce(PathBuf) -> Result<BareRepository, GitError>,
    ) -> Result<RepoId, GitError> {
        let id = RepoId(world.next_id());
        let git = make(self.forge.repository_path(id.0))?;
        let writers = new.writers.iter().map(|role| (role.user_id(), Access::Write));
        let repository = Repository {
            id,
            owner,
            name: name.to_owned(),
            private: new.private,
            archived: false,
            template: false,
            actions: true,
            auto_merge: true,
            topics: Vec::new(),
            fork_of: None,
            default_branch: "main".to_owned(),
            collaborators: writers.collect(),
            created: world.clock.now(),
            git,
            labels: Vec::new(),
            pulls: Vec::new(),
            comments: Vec::new(),
            releases: Vec::new(),
            runs: Vec::new(),
            run_end: None,
            run_numbers: 0,
            protected_tags: Vec::new(),
            protected_branches: Vec::new(),
            statuses: Vec::new(),
        };
        world.insert_repository(repository);
        Ok(id)
    }

    /// Commits to a branch as `root1`, without a pull request; gives the commit. A branch that does not
    /// exist begins at `main`.
    #[track_caller]
    pub fn commit(&self, repo: &str, branch: &str, files: &[(&str, &str)], message: &str) -> String {
        self.commit_from(repo, branch, "main", files, message)
    }

    /// Commits to a branch as `root1`; a branch that does not exist begins at `base`.
    #[track_caller]
    pub fn commit_from(
        &self,
        repo: &str,
        branch: &str,
        base: &str,
        files: &[(&str, &str)],
        message: &str,
    ) -> String {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let author = world.sign(ADMIN);
        let base = done(world.repo(id).git.resolve(&format!("refs/heads/{base}")));
        let files = contents(files);
        let commit = BranchCommit { branch, base: base.as_deref(), files, message, author: &author };
        done(world.commit(id, &admin(), commit))
    }

    /// Gives a file another name, by a commit of `root1`.
    #[track_caller]
    pub fn rename_file(&self, repo: &str, branch: &str, from: &str, to: &str, message: &str) -> String {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let author = world.sign(ADMIN);
        let text = done(world.repo(id).git.file(&format!("refs/heads/{branch}"), from));
        let text = done(text.ok_or_else(|| format!("there is no file `{from}`")));
        let files = [(from.to_owned(), None), (to.to_owned(), Some(text.into_bytes()))].into();
        let commit = BranchCommit { branch, base: None, files, message, author: &author };
        done(world.commit(id, &admin(), commit))
    }

    /// Makes a file one that can be run, by a commit of `root1`; gives the commit.
    #[track_caller]
    pub fn make_executable(&self, repo: &str, branch: &str, path: &str) -> String {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let author = world.sign(ADMIN);
        let (git, full) = (world.repo(id).git.clone(), format!("refs/heads/{branch}"));
        let tip = done(done(git.resolve(&full)).ok_or_else(|| format!("there is no branch `{branch}`")));
        let entry = done(git.tree(&tip, Some(path), false)).pop();
        let entry = done(entry.ok_or_else(|| format!("there is no file `{path}`")));
        let entry = NewEntry { path: path.to_owned(), mode: "100755".to_owned(), blob: Some(entry.sha) };
        let tree = done(git.write_tree(Some(&tip), &[entry]));
        let commit = done(git.write_commit(&tree, &[&tip], &format!("Run {path}"), &author, &author));
        done(git.update_refs(&[RefUpdate {
            name: full.clone(),
            new: commit.clone(),
            old: Some(tip.clone()),
        }]));
        let change = RefChange { name: full, old: tip, new: commit.clone() };
        done(world.after_push(id, &admin(), &[change]));
        commit
    }

    /// Sets the forge's time; the next event is a second later, and each one after it another.
    pub fn set_time(&self, now: Timestamp) {
        self.forge.world().clock.set(now);
    }

    /// Makes a repository read-only, or writable again.
    #[track_caller]
    pub fn set_archived(&self, repo: &str, archived: bool) {
        self.change(repo, |repo| repo.archived = archived);
    }

    /// Sets the topics of a repository.
    #[track_caller]
    pub fn set_topics(&self, repo: &str, topics: &[&str]) {
        self.change(repo, |repo| repo.topics = topics.iter().map(|&topic| topic.to_owned()).collect());
    }

    /// Makes a repository one that new repositories can be made after, or no more.
    #[track_caller]
    pub fn set_template(&self, repo: &str, template: bool) {
        self.change(repo, |repo| repo.template = template);
    }

    /// Lets the workflows of a repository run, or not: an event is then taken and starts nothing.
    #[track_caller]
    pub fn set_actions(&self, repo: &str, enabled: bool) {
        self.change(repo, |repo| repo.actions = enabled);
    }

    /// Lets a merge wait for its checks, or not: a setting of GitHub's repositories.
    #[track_caller]
    pub fn set_auto_merge(&self, repo: &str, allowed: bool) {
        self.change(repo, |repo| repo.auto_merge = allowed);
    }

    /// Renames a repository within its owner; the old name leads to the new one.
    #[track_caller]
    pub fn rename(&self, repo: &str, to: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.rename(id, to);
    }

    /// Forks a repository to another owner and gives the fork's name; an existing fork is kept.
    #[track_caller]
    pub fn fork(&self, repo: &str, owner: &str) -> String {
        let mut world = self.forge.world();
        let parent = repository(&world, repo);
        let name = format!("{owner}/{}", world.repo(parent).name);
        if let Found::Here(_) = world.find(owner, &world.repo(parent).name) {
            return name;
        }
        let short = world.repo(parent).name.clone();
        let owner = world.account_or_new(owner, AccountKind::User);
        let new = NewRepo { private: world.repo(parent).private, writers: Vec::new() };
        let id = done(self.insert_repository(&mut world, owner, &short, &new, empty));
        world.repo_mut(id).fork_of = Some(parent);
        done(world.repo(id).git.fetch_from(&world.repo(parent).git));
        name
    }

    /// Deletes a branch.
    #[track_caller]
    pub fn delete_branch(&self, repo: &str, branch: &str) {
        let id = repository(&self.forge.world(), repo);
        done(self.forge.delete_ref(id, &format!("refs/heads/{branch}")));
    }
}

fn empty(path: PathBuf) -> Result<BareRepository, GitError> {
    BareRepository::init(path, "main")
}
