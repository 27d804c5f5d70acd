//! What a job is told about its event: the payload, and the refs of its environment.

mod github;

use serde_json::{Map, Value, json};

use crate::Dialect;
use crate::git::ZERO;
use crate::gitea::events as gitea;
use crate::handle::{ForgeHandle, Role};
use crate::setup::{done, repository};
use crate::world::World;
use crate::world::pulls::Pull;
use crate::world::repositories::RepoId;

/// An event, as a job sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobEvent {
    /// `GITHUB_EVENT_NAME`.
    pub name: &'static str,
    /// `GITHUB_REF`.
    pub git_ref: String,
    /// `GITHUB_SHA`.
    pub sha: String,
    /// `GITHUB_BASE_REF`; empty but for pull requests.
    pub base_ref: String,
    /// `GITHUB_HEAD_REF`; empty but for pull requests.
    pub head_ref: String,
    /// `GITHUB_ACTOR`.
    pub actor: String,
    /// What lies at `GITHUB_EVENT_PATH`.
    pub payload: Value,
}

/// What happened to a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullAction<'a> {
    /// It was opened.
    Opened,
    /// Its branch was pushed to.
    Synchronized,
    /// It was given this label, which it has.
    Labeled(&'a str),
    /// It was closed, merged or not.
    Closed,
}

impl ForgeHandle {
    /// The event of a push that moved a branch to `after`, by `root1`; `before` is empty for a new branch.
    #[must_use]
    #[track_caller]
    pub fn push_event(&self, repo: &str, branch: &str, before: &str, after: &str) -> JobEvent {
        let world = self.forge.world();
        let id = repository(&world, repo);
        let before = if before.is_empty() { ZERO } else { before };
        let git_ref = format!("refs/heads/{branch}");
        self.pushed(&world, id, &git_ref, before, after)
    }

    /// The event of a tag's push, by `root1`.
    #[must_use]
    #[track_caller]
    pub fn tag_push_event(&self, repo: &str, tag: &str) -> JobEvent {
        let world = self.forge.world();
        let id = repository(&world, repo);
        let git_ref = format!("refs/tags/{tag}");
        let found = done(world.repo(id).git.find_ref(&git_ref));
        let commit = done(found.ok_or_else(|| format!("`{repo}` has no tag `{tag}`"))).commit;
        self.pushed(&world, id, &git_ref, ZERO, &commit)
    }

    #[track_caller]
    fn pushed(&self, world: &World, id: RepoId, git_ref: &str, before: &str, after: &str) -> JobEvent {
        let (forge, pusher) = (&*self.forge, Role::Admin.user_id());
        let moved = (git_ref, before, after);
        let payload = match self.dialect() {
            Dialect::GitHub => github::push(forge, world, id, moved, pusher),
            Dialect::Gitea => gitea::push(forge, world, id, moved, pusher),
        };
        JobEvent {
            name: "push",
            git_ref: git_ref.to_owned(),
            sha: after.to_owned(),
            base_ref: String::new(),
            head_ref: String::new(),
            actor: world.account_by_id(pusher).login.clone(),
            payload: done(payload),
        }
    }

    /// The event of something that happened to a pull request, which it shows as it stands now.
    #[must_use]
    #[track_caller]
    pub fn pull_request_event(&self, repo: &str, number: u64, action: PullAction<'_>) -> JobEvent {
        let world = self.forge.world();
        let id = repository(&world, repo);
        let pull = done(world.repo(id).pull(number).ok_or("there is no such pull request"));
        let (git_ref, sha) = match self.dialect() {
            Dialect::GitHub => done(github::pull_ref(&world, id, pull)),
            Dialect::Gitea => gitea_pull_ref(pull),
        };
        let payload = match self.dialect() {
            Dialect::GitHub => github::pull_request(&self.forge, &world, id, pull, action),
            Dialect::Gitea => gitea::pull_request(&self.forge, &world, id, pull, action),
        };
        JobEvent {
            name: "pull_request",
            git_ref,
            sha,
            base_ref: pull.base.clone(),
            head_ref: pull.head.clone(),
            actor: world.account_by_id(pull.author).login.clone(),
            payload: done(payload),
        }
    }

    /// The event of a `workflow_dispatch` at a full ref, by `dev`.
    #[must_use]
    #[track_caller]
    pub fn workflow_dispatch_event(
        &self,
        repo: &str,
        workflow: &str,
        git_ref: &str,
        inputs: &[(&str, &str)],
    ) -> JobEvent {
        let inputs: Map<String, Value> =
            inputs.iter().map(|&(name, value)| (name.to_owned(), value.into())).collect();
        self.manual(repo, "workflow_dispatch", git_ref, |forge, world, id| {
            let (asked, sender) = ((workflow, git_ref), Role::Write.user_id());
            match forge.dialect() {
                Dialect::GitHub => github::workflow_dispatch(&forge.forge, world, id, asked, &inputs, sender),
                Dialect::Gitea => gitea::workflow_dispatch(&forge.forge, world, id, asked, &inputs, sender),
            }
        })
    }

    /// The event of a schedule, on the default branch.
    #[must_use]
    #[track_caller]
    pub fn schedule_event(&self, repo: &str, cron: &str) -> JobEvent {
        let git_ref = {
            let world = self.forge.world();
            format!("refs/heads/{}", world.repo(repository(&world, repo)).default_branch)
        };
        self.manual(repo, "schedule", &git_ref, |_, _, _| json!({ "schedule": cron }))
    }

    #[track_caller]
    fn manual(
        &self,
        repo: &str,
        name: &'static str,
        git_ref: &str,
        payload: impl FnOnce(&Self, &World, RepoId) -> Value,
    ) -> JobEvent {
        let world = self.forge.world();
        let id = repository(&world, repo);
        let sha = done(world.repo(id).git.resolve(git_ref));
        JobEvent {
            name,
            git_ref: git_ref.to_owned(),
            sha: done(sha.ok_or_else(|| format!("`{repo}` has no `{git_ref}`"))),
            base_ref: String::new(),
            head_ref: String::new(),
            actor: world.account_by_id(Role::Write.user_id()).login.clone(),
            payload: payload(self, &world, id),
        }
    }
}

/// The head of an open pull request; the bare commit of a merged one.
fn gitea_pull_ref(pull: &Pull) -> (String, String) {
    match &pull.merged {
        Some(merged) => (merged.commit.clone(), merged.commit.clone()),
        None => (format!("refs/pull/{}/head", pull.number), pull.head_sha.clone()),
    }
}
