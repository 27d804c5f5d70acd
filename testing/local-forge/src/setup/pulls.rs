//! Pull requests, from their opening to their merge.

use super::{admin, caller, done, repository};
use crate::effects::pulls::NewPull as PullToOpen;
use crate::handle::ForgeHandle;
use crate::world::accounts::{AccountKind, WRITER};
use crate::world::pulls::MergeStyle;

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
    /// Makes a label.
    #[track_caller]
    pub fn label(&self, repo: &str, name: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        world.label_or_new(id, name);
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

    /// Sets a status (`pending`, `success`, `failure`, `error`) on a commit, as `root1`; a merge that waited for it happens.
    #[track_caller]
    pub fn set_status(&self, repo: &str, sha: &str, context: &str, state: &str) {
        let mut world = self.forge.world();
        let id = repository(&world, repo);
        let set = world.set_status(id, &admin(), sha, context, state);
        done(set.map_err(|refusal| format!("the merge that waited was refused: {refusal:?}")));
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
}
