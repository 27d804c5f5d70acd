//! What is written to a repository.

use domain::{BranchName, CommitSha, TagName};

use super::{EventPayload, WorkflowInputs, Writer};
use crate::answer::Answer;
use crate::changes::{self, CommitOutcome, NewCommit};
use crate::dispatch::{self, Manner, Sought, Start, StartedRun};
use crate::merging::{self, MergeOutcome, MergeStyle};
use crate::model::{DispatchOutcome, TagOutcome};
use crate::pull_requests::{self, NewPull, PullClosing, PullOpening};
use crate::refs::{BranchDeletion, MoveOutcome, TagMove};
use crate::releases::{ReleaseError, ReleaseOutcome, ReleaseRequest};
use crate::rights::{self, Right};
use crate::{Dialect, Error, gitea, github, refs, releases, tags};

impl Writer {
    /// Makes an annotated tag at `commit`. A tag that is there is never moved.
    ///
    /// # Errors
    /// When the tag is not there and could not be made.
    pub async fn create_tag(
        &self,
        name: &TagName,
        commit: &CommitSha,
        message: &str,
    ) -> Result<TagOutcome, Error> {
        tags::create_tag(&self.0, name, commit, message).await
    }

    /// Moves tags, each only if it still holds what it was last seen to hold. All in one request.
    pub async fn move_tags(&self, moves: &[TagMove]) -> Result<Vec<MoveOutcome>, Error> {
        refs::move_tags(&self.0, moves).await
    }

    /// Starts a workflow at a tag. Call it only when no run works on the tag yet.
    pub async fn dispatch(
        &self,
        workflow: &str,
        tag: &TagName,
        commit: &CommitSha,
        inputs: &WorkflowInputs,
    ) -> Result<DispatchOutcome, Error> {
        dispatch::dispatch(&Sought::new(&self.0, workflow, tag, commit), inputs).await
    }

    /// Sends an event of our own, which starts every workflow of the default branch that waits for it. What it starts,
    /// or whether it starts anything, is not told.
    ///
    /// # Errors
    /// On a forge without [`Capabilities::repository_dispatch`](crate::Capabilities::repository_dispatch); when there is no connection; when the token is no
    /// good at all. Everything else is an [`Answer`].
    pub async fn repository_dispatch(
        &self,
        event: &str,
        payload: &EventPayload,
    ) -> Result<Answer<()>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::events::send(&self.0, event, payload).await,
            Dialect::Gitea => Err(self
                .0
                .task("contents: write", format!("send event `{event}` to `{}`", self.0.repo))
                .unexpected("Gitea has no repository_dispatch")
                .with_hint("start a workflow there instead, or open a pull request")),
        }
    }

    /// Starts a workflow at a ref (`refs/heads/main`), once. Newer forges tell the run.
    ///
    /// Gitea starts whatever file there is, whether it waits for a dispatch or not, and in an archived repository as
    /// well: look before.
    ///
    /// # Errors
    /// As [`repository_dispatch`](Self::repository_dispatch).
    pub async fn workflow_dispatch(
        &self,
        workflow: &str,
        at: &str,
        inputs: &WorkflowInputs,
    ) -> Result<Answer<Option<StartedRun>>, Error> {
        let manner = Manner::OneOfMany;
        Start { connection: &self.0, workflow, at, inputs, manner }.answer().await
    }

    /// Makes a branch with one commit that changes several files. All of it becomes visible at once, or nothing.
    ///
    /// An answer that is lost is looked for before anything is sent again: [`Answer::Ambiguous`] comes only when the
    /// forge leaves it open time after time.
    ///
    /// # Errors
    /// As [`repository_dispatch`](Self::repository_dispatch), and when what is there cannot be read.
    pub async fn commit_files(&self, new: &NewCommit<'_>) -> Result<Answer<CommitOutcome>, Error> {
        Box::pin(changes::commit(&self.0, new)).await
    }

    /// Deletes a branch, only if it still holds what it was last seen to hold.
    pub async fn delete_branch(&self, name: &BranchName, holds: &CommitSha) -> Result<BranchDeletion, Error> {
        refs::delete_branch(&self.0, name, holds).await
    }

    /// Opens a pull request, unless one is open for the same two branches.
    ///
    /// # Errors
    /// As [`commit_files`](Self::commit_files).
    pub async fn open_pull_request(&self, new: &NewPull<'_>) -> Result<Answer<PullOpening>, Error> {
        pull_requests::open(&self.0, new).await
    }

    /// Closes a pull request, with a comment that says why. What is closed already is left as it is, without a word.
    ///
    /// # Errors
    /// As [`commit_files`](Self::commit_files).
    pub async fn close_pull_request(&self, number: u64, comment: &str) -> Result<Answer<PullClosing>, Error> {
        pull_requests::close(&self.0, number, comment).await
    }

    /// Merges a pull request when its checks have passed: now, or by the forge as soon as what the base branch requires
    /// is there. Only the commit `head` is ever merged.
    ///
    /// Checks register one by one, so that all may have passed before the one that matters has begun. `passed` is how
    /// many the caller has seen to pass, and none to come for long enough; with another number nothing is merged:
    /// [`MergeOutcome::ChecksPassed`]. What nothing has checked is not merged: see [`MergeOutcome::NoChecks`].
    ///
    /// # Errors
    /// As [`commit_files`](Self::commit_files).
    pub async fn merge_when_green(
        &self,
        number: u64,
        head: &CommitSha,
        style: MergeStyle,
        passed: u64,
    ) -> Result<Answer<MergeOutcome>, Error> {
        Box::pin(merging::merge_when_green(&self.0, number, head, style, passed)).await
    }

    /// Whether the token may do something, by a request that nobody's rights can make come true: nothing is changed.
    ///
    /// # Errors
    /// As [`commit_files`](Self::commit_files).
    pub async fn probe(&self, right: Right<'_>) -> Result<Answer<()>, Error> {
        rights::probe(&self.0, right).await
    }

    /// Publishes a release of a tag that is there, with its files, or completes the one that is there.
    ///
    /// Its title and text are written once, when it is made: what a person has changed since stays so. Files are
    /// told apart by their bytes. It is a draft until all of them are attached, so that nobody sees half a release,
    /// and so that one that is immutable once it is published is whole. A published release stays published.
    ///
    /// # Errors
    /// Before anything is written, when the tag is missing or another commit's, or when a file of the same name has
    /// other bytes.
    pub async fn publish_release(
        &self,
        request: &ReleaseRequest<'_>,
    ) -> Result<ReleaseOutcome, ReleaseError> {
        Box::pin(releases::publish(&self.0, request)).await
    }

    /// Leaves a comment on a pull request.
    pub async fn create_comment(&self, number: u64, body: &str) -> Result<(), Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::comments::create(&self.0, number, body).await,
            Dialect::Gitea => gitea::comments::create(&self.0, number, body).await,
        }
    }

    /// Replaces a comment's text.
    pub async fn update_comment(&self, id: u64, body: &str) -> Result<(), Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::comments::update(&self.0, id, body).await,
            Dialect::Gitea => gitea::comments::update(&self.0, id, body).await,
        }
    }
}
