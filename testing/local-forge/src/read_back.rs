//! What the forge holds now: what tests assert on.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::handle::ForgeHandle;
use crate::setup::{done, repository};
use crate::world::pulls::PullState;

/// A tag as it lies in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagView {
    /// The commit it leads to.
    pub commit: String,
    /// The id that the ref holds: of an annotated tag the tag object's, else the commit's.
    pub object: String,
    /// The message of an annotated tag, without its last newline; `None` for a lightweight one.
    pub message: Option<String>,
}

/// A run that somebody started.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatched {
    /// Its id.
    pub id: u64,
    /// Its number within the repository.
    pub number: u64,
    /// The file's name without its folder.
    pub workflow: String,
    /// The full ref it runs at.
    pub git_ref: String,
    /// The commit it runs at.
    pub sha: String,
    /// `push`, `workflow_dispatch` or `repository_dispatch`.
    pub event: String,
    /// The inputs or the client payload.
    pub inputs: Value,
    /// The run's title.
    pub title: String,
    /// Who started it.
    pub actor: String,
}

/// A comment of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullComment {
    /// Its id.
    pub id: u64,
    /// Who wrote it.
    pub author: String,
    /// What it says now.
    pub body: String,
}

/// A pull request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullView {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// The text below it.
    pub body: String,
    /// The branch that it comes from.
    pub head: String,
    /// The latest commit of that branch.
    pub head_sha: String,
    /// The branch that it goes to.
    pub base: String,
    /// Who opened it.
    pub author: String,
    /// Whether it is still to be decided.
    pub open: bool,
    /// Whether it was merged.
    pub merged: bool,
    /// Whether its merge waits for checks.
    pub scheduled: bool,
}

impl ForgeHandle {
    /// Every pull request, oldest first.
    #[must_use]
    #[track_caller]
    pub fn pulls(&self, repo: &str) -> Vec<PullView> {
        let world = self.forge.world();
        let repo = world.repo(repository(&world, repo));
        repo.pulls
            .iter()
            .map(|pull| PullView {
                number: pull.number,
                title: pull.title.clone(),
                body: pull.body.clone(),
                head: pull.head.clone(),
                head_sha: pull.head_sha.clone(),
                base: pull.base.clone(),
                author: world.account_by_id(pull.author).login.clone(),
                open: pull.state == PullState::Open,
                merged: pull.merged.is_some(),
                scheduled: pull.scheduled.is_some(),
            })
            .collect()
    }

    /// Every tag, by name.
    #[must_use]
    #[track_caller]
    pub fn tags(&self, repo: &str) -> BTreeMap<String, TagView> {
        let git = self.git(repo);
        let refs = done(git.refs("refs/tags/"));
        let mut messages = done(git.tag_messages());
        refs.into_iter()
            .map(|found| {
                let message = messages.remove(&found.name).filter(|_| found.kind == "tag");
                let name = found.name.trim_start_matches("refs/tags/").to_owned();
                (name, TagView { commit: found.commit, object: found.object, message })
            })
            .collect()
    }

    /// The commit at the tip of a branch.
    ///
    /// # Panics
    ///
    /// When there is no such branch.
    #[must_use]
    #[track_caller]
    pub fn head(&self, repo: &str, branch: &str) -> String {
        let tip = done(self.git(repo).resolve(&format!("refs/heads/{branch}")));
        done(tip.ok_or_else(|| format!("`{repo}` has no branch `{branch}`")))
    }

    /// Every branch, by name, with the commit at its tip.
    #[must_use]
    #[track_caller]
    pub fn heads(&self, repo: &str) -> BTreeMap<String, String> {
        let refs = done(self.git(repo).refs("refs/heads/"));
        let name = |full: &str| full.trim_start_matches("refs/heads/").to_owned();
        refs.into_iter().map(|found| (name(&found.name), found.commit)).collect()
    }

    /// The commits that are reachable from a branch, newest first: id and message.
    #[must_use]
    #[track_caller]
    pub fn history(&self, repo: &str, branch: &str) -> Vec<(String, String)> {
        let commits = done(self.git(repo).log(&[&format!("refs/heads/{branch}")]));
        commits.into_iter().map(|commit| (commit.sha, commit.message)).collect()
    }

    /// A file's text at a revision; `None` when there is no such file.
    #[must_use]
    #[track_caller]
    pub fn file(&self, repo: &str, revision: &str, path: &str) -> Option<String> {
        done(self.git(repo).file(revision, path))
    }

    /// A file's mode at a revision, as git writes it: `100644`; `None` when there is no such file.
    #[must_use]
    #[track_caller]
    pub fn mode(&self, repo: &str, revision: &str, path: &str) -> Option<String> {
        let entries = done(self.git(repo).tree(revision, Some(path), false));
        entries.into_iter().find(|entry| entry.path == path).map(|entry| entry.mode)
    }

    /// Every run, oldest first.
    #[must_use]
    #[track_caller]
    pub fn runs(&self, repo: &str) -> Vec<Dispatched> {
        let world = self.forge.world();
        let repo = world.repo(repository(&world, repo));
        repo.runs
            .iter()
            .map(|run| Dispatched {
                id: run.id,
                number: run.number,
                workflow: run.workflow.clone(),
                git_ref: run.git_ref.clone(),
                sha: run.sha.clone(),
                event: run.event.clone(),
                inputs: run.inputs.clone(),
                title: run.title.clone(),
                actor: world.account_by_id(run.actor).login.clone(),
            })
            .collect()
    }

    /// The commit that a pull request's merge ended with; `None` while it is not merged.
    #[must_use]
    #[track_caller]
    pub fn merged_as(&self, repo: &str, number: u64) -> Option<String> {
        let world = self.forge.world();
        let repo = world.repo(repository(&world, repo));
        repo.pull(number)?.merged.as_ref().map(|merged| merged.commit.clone())
    }

    /// The comments of a pull request, oldest first.
    #[must_use]
    #[track_caller]
    pub fn comments(&self, repo: &str, number: u64) -> Vec<PullComment> {
        let world = self.forge.world();
        let repo = world.repo(repository(&world, repo));
        repo.comments
            .iter()
            .filter(|comment| comment.pull == number)
            .map(|comment| PullComment {
                id: comment.id,
                author: world.account_by_id(comment.author).login.clone(),
                body: comment.body.clone(),
            })
            .collect()
    }

    #[track_caller]
    fn git(&self, repo: &str) -> crate::git::BareRepository {
        let world = self.forge.world();
        world.repo(repository(&world, repo)).git.clone()
    }
}
