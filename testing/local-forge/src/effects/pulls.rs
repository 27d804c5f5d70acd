//! Opening, finding and commenting pull requests.

use jiff::Timestamp;

use crate::effects::push::point_pull_ref;
use crate::git::{GitError, Stats};
use crate::world::World;
use crate::world::accounts::UserId;
use crate::world::pulls::{Comment, Label, Pull, PullState};
use crate::world::repositories::RepoId;

/// A pull request to be opened.
#[derive(Debug)]
pub(crate) struct NewPull<'a> {
    pub(crate) head: &'a str,
    pub(crate) head_repo: RepoId,
    pub(crate) base: &'a str,
    pub(crate) title: &'a str,
    pub(crate) body: &'a str,
    pub(crate) author: UserId,
}

/// Why a pull request was not opened.
#[derive(Debug)]
pub(crate) enum OpenRefusal {
    /// No such branch.
    NoHead,
    /// No such branch.
    NoBase,
    /// Head and base are the same commit.
    NothingNew,
    /// There is an open one for the same branches: its number.
    Exists(u64),
    Git(GitError),
}

impl From<GitError> for OpenRefusal {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl World {
    /// Opens a pull request and gives its number.
    pub(crate) fn open_pull(&mut self, id: RepoId, new: &NewPull<'_>) -> Result<u64, OpenRefusal> {
        let git = self.repo(id).git.clone();
        let source = self.repo(new.head_repo).git.clone();
        let base = git.resolve(&format!("refs/heads/{}", new.base))?.ok_or(OpenRefusal::NoBase)?;
        let head = source.resolve(&format!("refs/heads/{}", new.head))?.ok_or(OpenRefusal::NoHead)?;
        let same = |pull: &&Pull| {
            pull.state == PullState::Open
                && pull.head == new.head
                && pull.head_repo == new.head_repo
                && pull.base == new.base
        };
        if let Some(pull) = self.repo(id).pulls.iter().find(same) {
            return Err(OpenRefusal::Exists(pull.number));
        }
        if head == base {
            return Err(OpenRefusal::NothingNew);
        }
        if new.head_repo != id {
            git.fetch_commit(&source, &head)?;
        }
        let merge_base = git.merge_base(&base, &head)?.ok_or(OpenRefusal::NothingNew)?;
        // The base has the head already.
        if merge_base == head {
            return Err(OpenRefusal::NothingNew);
        }
        let number = self.repo(id).pulls.len() as u64 + 1;
        point_pull_ref(&git, number, &head)?;
        let now = self.clock.tick();
        let pull = Pull {
            id: self.next_id(),
            number,
            author: new.author,
            title: new.title.to_owned(),
            body: new.body.to_owned(),
            labels: Vec::new(),
            state: PullState::Open,
            base: new.base.to_owned(),
            head: new.head.to_owned(),
            head_repo: new.head_repo,
            head_sha: head,
            merge_base,
            created: now,
            updated: now,
            closed: None,
            merged: None,
            scheduled: None,
        };
        self.repo_mut(id).pulls.push(pull);
        Ok(number)
    }

    /// Closes a pull request without merging it; one that is closed stays as it is.
    pub(crate) fn close_pull(&mut self, id: RepoId, number: u64) {
        let now = self.clock.tick();
        if let Some(pull) = self.repo_mut(id).pull_mut(number)
            && pull.state == PullState::Open
        {
            pull.state = PullState::Closed;
            pull.closed = Some(now);
            pull.updated = now;
        }
    }

    /// The label of this name; made when there is none.
    pub(crate) fn label_or_new(&mut self, id: RepoId, name: &str) -> u64 {
        if let Some(label) = self.repo(id).labels.iter().find(|label| label.name == name) {
            return label.id;
        }
        let label = Label { id: self.next_id(), name: name.to_owned(), color: "00ff00".to_owned() };
        let label_id = label.id;
        self.repo_mut(id).labels.push(label);
        label_id
    }

    /// Comments a pull request and gives the comment's id.
    pub(crate) fn comment(&mut self, id: RepoId, number: u64, author: UserId, body: &str) -> u64 {
        let now = self.clock.tick();
        let comment = Comment {
            id: self.next_id(),
            pull: number,
            author,
            body: body.to_owned(),
            created: now,
            updated: now,
        };
        let comment_id = comment.id;
        self.repo_mut(id).comments.push(comment);
        comment_id
    }

    /// Changes a comment; `false` when there is none of this id.
    pub(crate) fn edit_comment(&mut self, id: RepoId, comment: u64, body: &str) -> bool {
        let now: Timestamp = self.clock.tick();
        let found = self.repo_mut(id).comments.iter_mut().find(|found| found.id == comment);
        found.is_some_and(|comment| {
            body.clone_into(&mut comment.body);
            comment.updated = now;
            true
        })
    }

    /// How much a pull request changes.
    pub(crate) fn pull_stats(&self, id: RepoId, pull: &Pull) -> Result<Stats, GitError> {
        self.repo(id).git.stats(&pull.merge_base, &pull.head_sha)
    }

    /// Whether a pull request could be merged without a conflict; one that is merged could.
    pub(crate) fn mergeable(&self, id: RepoId, pull: &Pull) -> Result<bool, GitError> {
        if pull.merged.is_some() {
            return Ok(true);
        }
        let git = &self.repo(id).git;
        let Some(base) = git.resolve(&format!("refs/heads/{}", pull.base))? else { return Ok(false) };
        let Some(parting) = git.merge_base(&base, &pull.head_sha)? else { return Ok(false) };
        Ok(git.merge_trees(&parting, &base, &pull.head_sha)?.is_some())
    }
}
