//! The verbs that set a world up: who pushed what, which pull requests there are, what is protected.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::Timestamp;
use serde_json::Map;

use crate::Dialect;
use crate::effects::commits::BranchCommit;
use crate::effects::pulls::NewPull as PullToOpen;
use crate::effects::releases::NewRelease;
use crate::git::{BareRepository, GitError};
use crate::handle::{ForgeHandle, Role};
use crate::world::accounts::{ADMIN, AccountKind, READER, UserId, WRITER};
use crate::world::protection::{BranchProtection, TagProtection};
use crate::world::pulls::MergeStyle;
use crate::world::repositories::{RepoId, Repository};
use crate::world::tokens::{Access, Caller, Holder, Permissions, Token, Validity};
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

/// What a new pull request is like; begin with [`NewPull::titled`].
#[derive(Debug, Clone)]
pub struct NewPull<'a> {
    /// The branch it comes from; made when it does not exist.
    pub head: &'a str,
    /// The branch it is to be merged into.
    pub base: &'a str,
    /// The title.
    pub title: &'a str,
    /// The text below it.
    pub body: &'a str,
    /// Its labels; made when they do not exist.
    pub labels: &'a [&'a str],
    /// How many commits the branch gets: commit *i* adds `<head>_<i>.txt`. None for a branch with commits.
    pub commits: usize,
    /// Files for the first of these commits, beside its own.
    pub files: &'a [(&'a str, &'a str)],
    /// Who opened it; `dev` by default. An unknown name with `[bot]` at its end becomes a robot.
    pub author: &'a str,
    /// The owner of the fork that it comes from; made when it does not exist.
    pub fork: Option<&'a str>,
}

impl<'a> NewPull<'a> {
    /// A pull request by `dev` with one commit, from a branch named after the title into `main`.
    #[must_use]
    pub fn titled(title: &'a str) -> Self {
        Self {
            head: "",
            base: "main",
            title,
            body: "",
            labels: &[],
            commits: 1,
            files: &[],
            author: "dev",
            fork: None,
        }
    }
}

/// A pull request that a verb opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedPull {
    /// Its number.
    pub number: u64,
    /// The head commit.
    pub head: String,
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
        let id = done(self.insert_repository(&mut world, owner, short, new));
        let author = world.sign(ADMIN);
        let files = contents(&[("README.md", "# repo\n")]);
        let commit =
            BranchCommit { branch: "main", base: None, files, message: "Initial commit", author: &author };
        done(world.commit(id, &admin(), commit))
    }

    fn insert_repository(
        &self,
        world: &mut World,
        owner: UserId,
        name: &str,
        new: &NewRepo,
    ) -> Result<RepoId, GitError> {
        let id = RepoId(world.next_id());
        let git = BareRepository::init(self.forge.repository_path(id.0), "main")?;
        let writers = new.writers.iter().map(|role| (role.user_id(), Access::Write));
        let repository = Repository {
            id,
            owner,
            name: name.to_owned(),
            private: new.private,
            archived: false,
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
            protected_tags: Vec::new(),
            protected_branches: Vec::new(),
            statuses: Vec::new(),
        };
        world.repositories.insert(id, repository);
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

    /// Sets the forge's time; the next event is a second later, and each one after it another.
    pub fn set_time(&self, now: Timestamp) {
        self.forge.world().clock.set(now);
    }

    /// Tags a commit as `root1`, as a push would: annotated with a message, lightweight without. Gives
    /// the id that the ref holds, of an annotated tag the tag object's.
    #[track_caller]
    pub fn tag(&self, repo: &str, name: &str, at: &str, message: Option<&str>) -> String {
        let (id, git, tagger) = {
            let mut world = self.forge.world();
            let id = repository(&world, repo);
            (id, world.repo(id).git.clone(), world.sign(ADMIN))
        };
        let commit = done(git.resolve(at));
        let commit = done(commit.ok_or_else(|| format!("`{repo}` has no commit `{at}`")));
        let object = match message {
            Some(message) => done(git.write_tag(name, &commit, message, &tagger)),
            None => commit,
        };
        let made = self.forge.create_ref(id, &admin(), &format!("refs/tags/{name}"), &object);
        done(made.map_err(|refusal| format!("tag `{name}` was refused: {refusal:?}"))).object
    }

    /// Makes many lightweight tags at once, of names and commits; starts no runs.
    #[track_caller]
    pub fn lightweight_tags(&self, repo: &str, tags: &[(String, String)]) {
        let world = self.forge.world();
        done(world.repo(repository(&world, repo)).git.write_lightweight_tags(tags));
    }

    /// Makes many annotated tags at once, of names and commits; starts no runs.
    #[track_caller]
    pub fn annotated_tags(&self, repo: &str, tags: &[(String, String)], message: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let tagger = world.sign(ADMIN);
        done(world.repo(id).git.write_annotated_tags(tags, message, &tagger));
    }

    /// Makes a label.
    #[track_caller]
    pub fn label(&self, repo: &str, name: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.label_or_new(id, name);
    }

    /// Makes a draft release, which on Gitea reserves the tag's name without making the tag.
    #[track_caller]
    pub fn draft_release(&self, repo: &str, tag: &str) {
        let id = repository(&self.forge.world(), repo);
        let new = NewRelease { tag, target: "main", name: tag, body: "", draft: true, author: ADMIN };
        let made = self.forge.create_release(id, &admin(), &new);
        done(made.map_err(|refusal| format!("the draft release of `{tag}` was refused: {refusal:?}")));
    }

    /// Lets only `root1` create tags that match a glob.
    #[track_caller]
    pub fn protect_tags(&self, repo: &str, pattern: &str) {
        let rule = TagProtection { pattern: pattern.to_owned(), allowed: vec![ADMIN] };
        self.change(repo, |repo| repo.protected_tags.push(rule));
    }

    /// Lets nobody push to a branch, and no pull request be merged into it without these statuses.
    #[track_caller]
    pub fn protect_branch(&self, repo: &str, branch: &str, required_checks: &[&str]) {
        let required_checks = required_checks.iter().map(|&check| check.to_owned()).collect();
        let rule = BranchProtection { branch: branch.to_owned(), required_checks };
        self.change(repo, |repo| repo.protected_branches.push(rule));
    }

    /// Takes the protection of a branch back.
    #[track_caller]
    pub fn unprotect_branch(&self, repo: &str, branch: &str) {
        self.change(repo, |repo| repo.protected_branches.retain(|rule| rule.branch != branch));
    }

    /// Makes a repository read-only, or writable again.
    #[track_caller]
    pub fn set_archived(&self, repo: &str, archived: bool) {
        self.change(repo, |repo| repo.archived = archived);
    }

    /// Renames a repository within its owner; the old name leads to the new one.
    #[track_caller]
    pub fn rename(&self, repo: &str, to: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.moved.insert(repo.to_lowercase(), id);
        to.clone_into(&mut world.repo_mut(id).name);
    }

    /// Opens a pull request whose branch gets its own commits.
    #[track_caller]
    pub fn pull_request(&self, repo: &str, new: &NewPull<'_>) -> OpenedPull {
        let slug = new.title.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let head = if new.head.is_empty() { slug.trim_matches('-') } else { new.head };
        let head_repo = match new.fork {
            Some(owner) => self.fork(repo, owner),
            None => repo.to_owned(),
        };
        for index in 0..new.commits {
            let (path, content) = (format!("{head}_{index}.txt"), index.to_string());
            let mut files = vec![(path.as_str(), content.as_str())];
            if index == 0 {
                files.extend(new.files);
            }
            self.commit_from(&head_repo, head, new.base, &files, &format!("{head} {index}"));
        }
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let kind = if new.author.ends_with("[bot]") { AccountKind::Bot } else { AccountKind::User };
        let author = world.account_or_new(new.author, kind);
        let head_repo = repository(&world, &head_repo);
        let opened = PullToOpen { head, head_repo, base: new.base, title: new.title, body: new.body, author };
        let opened = world.open_pull(id, &opened);
        let number = done(opened.map_err(|refusal| format!("`{}` was refused: {refusal:?}", new.title)));
        let labels = new.labels.iter().map(|label| world.label_or_new(id, label)).collect();
        let pull = done(world.repo_mut(id).pull_mut(number).ok_or("the pull request is gone"));
        pull.labels = labels;
        OpenedPull { number, head: pull.head_sha.clone() }
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
        let id = done(self.insert_repository(&mut world, owner, &short, &new));
        world.repo_mut(id).fork_of = Some(parent);
        done(world.repo(id).git.fetch_from(&world.repo(parent).git));
        name
    }

    /// Sets the labels of a pull request.
    #[track_caller]
    pub fn set_labels(&self, repo: &str, number: u64, labels: &[&str]) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let labels = labels.iter().map(|label| world.label_or_new(id, label)).collect();
        let now = world.clock.tick();
        let pull = done(world.repo_mut(id).pull_mut(number).ok_or("there is no such pull request"));
        pull.labels = labels;
        pull.updated = now;
    }

    /// Merges a pull request as `dev`; gives the last commit that came to the base.
    #[track_caller]
    pub fn merge(&self, repo: &str, number: u64, style: MergeStyle) -> String {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let merged = world.merge_pull(id, number, style, &caller(WRITER), WRITER);
        done(merged.map_err(|refusal| format!("merging #{number} was refused: {refusal:?}")))
    }

    /// Closes a pull request without merging it.
    #[track_caller]
    pub fn close(&self, repo: &str, number: u64) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.close_pull(id, number);
    }

    /// Comments a pull request as `dev`.
    #[track_caller]
    pub fn comment(&self, repo: &str, number: u64, body: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.comment(id, number, WRITER, body);
    }

    /// Deletes a branch.
    #[track_caller]
    pub fn delete_branch(&self, repo: &str, branch: &str) {
        let id = repository(&self.forge.world(), repo);
        done(self.forge.delete_ref(id, &format!("refs/heads/{branch}")));
    }

    /// The token of one of the three people, with all of their rights; the same one each time.
    #[must_use]
    pub fn token(&self, role: Role) -> String {
        let token = format!("{}{:034}", prefix(self.dialect(), "ghp_"), role.user_id().0);
        self.insert_token(token, Holder::User(role.user_id()), Permissions::all())
    }

    /// A token of one of the three people that was narrowed to some permissions.
    #[must_use]
    pub fn narrowed_token(&self, role: Role, permissions: Permissions) -> String {
        let number = self.forge.world().next_id();
        let token = format!("{}{number:034}", prefix(self.dialect(), "ghp_"));
        self.insert_token(token, Holder::User(role.user_id()), permissions)
    }

    /// The token of a job of this repository, with everything that a job can be allowed.
    #[must_use]
    #[track_caller]
    pub fn job_token(&self, repo: &str) -> String {
        self.narrowed_job_token(repo, Permissions::of_a_job())
    }

    /// The token of a job of this repository whose workflow asked for just these permissions.
    #[must_use]
    #[track_caller]
    pub fn narrowed_job_token(&self, repo: &str, permissions: Permissions) -> String {
        let (id, number) = {
            let mut world = self.forge.world();
            (repository(&world, repo), world.next_id())
        };
        let token = format!("{}{number:034}", prefix(self.dialect(), "ghs_"));
        self.insert_token(token, Holder::Job(id), permissions)
    }

    /// Starts a job that never ends, of a workflow that is committed to `main` for it; gives its token.
    #[must_use]
    #[track_caller]
    pub fn hold_job(&self, repo: &str, workflow: &str) -> String {
        let name = workflow.trim_end_matches(".yml");
        let text = format!(
            "name: {name}\non: workflow_dispatch\njobs:\n  {name}:\n    runs-on: ubuntu-latest\n    steps: []\n"
        );
        let folder = match self.dialect() {
            Dialect::GitHub => ".github",
            Dialect::Gitea => ".gitea",
        };
        let path = format!("{folder}/workflows/{workflow}");
        self.commit(repo, "main", &[(&path, &text)], &format!("ci: {name}"));
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let run = world.dispatch_workflow(id, &admin(), workflow, "refs/heads/main", &Map::new());
        done(run.map_err(|refusal| format!("`{workflow}` was refused: {refusal:?}")));
        world.hold_latest_run(id);
        drop(world);
        self.job_token(repo)
    }

    fn insert_token(&self, token: String, holder: Holder, permissions: Permissions) -> String {
        let entry = Token { holder, permissions, validity: Validity::Valid };
        self.forge.world().tokens.entry(token.clone()).or_insert(entry);
        token
    }

    #[track_caller]
    fn change(&self, repo: &str, change: impl FnOnce(&mut Repository)) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        change(world.repo_mut(id));
    }
}

impl Role {
    pub(crate) fn user_id(self) -> UserId {
        match self {
            Self::Admin => ADMIN,
            Self::Write => WRITER,
            Self::Read => READER,
        }
    }
}

/// GitHub's tokens tell their kind, Gitea's are plain hex digits.
fn prefix(dialect: Dialect, github: &'static str) -> &'static str {
    match (dialect, github) {
        (Dialect::GitHub, prefix) => prefix,
        (Dialect::Gitea, "ghs_") => "abad",
        (Dialect::Gitea, _) => "cafe",
    }
}

/// Everything, in the name of `root1`.
pub(crate) fn admin() -> Caller {
    caller(ADMIN)
}

fn caller(user: UserId) -> Caller {
    let holder = Holder::User(user);
    Caller::Known(Token { holder, permissions: Permissions::all(), validity: Validity::Valid })
}

/// The repository of this name.
#[track_caller]
pub(crate) fn repository(world: &World, name: &str) -> RepoId {
    let (owner, short) = name.split_once('/').unwrap_or((name, ""));
    match world.find(owner, short) {
        Found::Here(id) | Found::Moved(id) => id,
        Found::Nowhere => done(Err(format!("there is no repository `{name}`"))),
    }
}

/// What a verb achieved; a story that cannot be told fails the test, where it was told.
#[track_caller]
pub(crate) fn done<T, E: Display>(outcome: Result<T, E>) -> T {
    match outcome {
        Ok(value) => value,
        Err(error) => panic!("the set-up failed: {error}"),
    }
}

fn contents(files: &[(&str, &str)]) -> BTreeMap<String, Option<Vec<u8>>> {
    let content = |content: &str| Some(content.as_bytes().to_vec());
    files.iter().map(|(path, text)| ((*path).to_owned(), content(text))).collect()
}
