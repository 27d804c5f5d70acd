//! The two handles on a repository: one reads, the other writes, so that what gathers facts cannot change any.

use std::sync::Arc;

use domain::{BranchName, CommitSha, RepoName, TagName, TagPrefix};
use http_client::Client;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::answer::Answer;
use crate::app::Reach;
use crate::changes::{self, CommitOutcome, NewCommit};
use crate::connection::Connection;
use crate::credential::{Credential, MaskSink, Tokens};
use crate::dispatch::{self, Manner, Sought, Start, StartedRun};
use crate::error::Whose;
use crate::forge::AT_ONCE;
use crate::merging::{self, MergeOutcome, MergeStyle};
use crate::model::{
    Annotation, Comment, DispatchOutcome, History, PullCommit, PullRequest, RecentPulls, Refs, Run, Standing,
    Tag, TagOutcome,
};
use crate::pull_requests::{self, NewPull, OwnPull, PullClosing, PullOpening};
use crate::refs::{BranchDeletion, MoveOutcome, TagMove};
use crate::releases::{ReleaseError, ReleaseForecast, ReleaseOutcome, ReleaseRequest};
use crate::repository::RepositoryLookup;
use crate::runs::{self, RunSeen};
use crate::site::{Capabilities, Site};
use crate::trees::{self, BranchCommit, TreeFile};
use crate::way::Way;
use crate::{Dialect, Error, gitea, github, refs, releases, repository, tags};

/// Whether the changed files of a range are needed; on Gitea they cost time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// They decide something.
    Needed,
    /// Nobody will look.
    NotNeeded,
}

/// What an event brings along: a JSON object.
pub type EventPayload = serde_json::Map<String, serde_json::Value>;

/// The inputs of a workflow, by name.
pub type WorkflowInputs = [(String, String)];

/// Opens a repository on a forge, by itself: an app's tokens reach nothing else. Sends nothing yet.
///
/// # Errors
/// When the credential is of a kind that the forge does not know.
pub fn open(
    site: Site,
    client: Client,
    credential: Credential,
    masks: MaskSink,
    repo: RepoName,
) -> Result<(Reader, Writer), Error> {
    credential.check(site.dialect)?;
    let tokens = Tokens::new(Arc::new(credential), masks, Reach::Repository(repo.clone()));
    let way = Way::new(site, client, Arc::new(tokens), Arc::new(Semaphore::new(AT_ONCE)));
    Ok(Reader::and_writer(Connection { way, repo, whose: Whose::Ours }))
}

/// Reads a repository.
#[derive(Clone)]
pub struct Reader(Arc<Connection>);

/// Writes to a repository.
#[derive(Clone)]
pub struct Writer(Arc<Connection>);

impl Reader {
    pub(crate) fn and_writer(connection: Connection) -> (Self, Writer) {
        let connection = Arc::new(connection);
        (Self(Arc::clone(&connection)), Writer(connection))
    }

    /// What this forge can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.0.way.site.dialect.capabilities()
    }

    /// The tags with a prefix, and the head of `branch` or else of the default branch: one request, however many
    /// tags there are.
    pub async fn refs(&self, prefix: &TagPrefix, branch: Option<&BranchName>) -> Result<Refs, Error> {
        refs::refs(&self.0, prefix, branch).await
    }

    /// What `head` has that `base` has not, with the pull requests that brought it. Without a base only `head`.
    ///
    /// The requests grow with one for each 50 or 100 commits; for fewer, all are sent side by side.
    pub async fn history(
        &self,
        base: Option<&CommitSha>,
        head: &CommitSha,
        files: Files,
    ) -> Result<History, Error> {
        match self.0.way.site.dialect {
            // on the heap: many requests at once make it large
            Dialect::GitHub => Box::pin(github::history::history(&self.0, base, head, files)).await,
            Dialect::Gitea => Box::pin(gitea::history::history(&self.0, base, head, files)).await,
        }
    }

    /// Whether `commit` is `head` or one of its ancestors.
    pub async fn contains(&self, head: &CommitSha, commit: &CommitSha) -> Result<bool, Error> {
        if head == commit {
            return Ok(true);
        }
        match self.0.way.site.dialect {
            Dialect::GitHub => github::history::contains(&self.0, head, commit).await,
            Dialect::Gitea => gitea::history::contains(&self.0, head, commit).await,
        }
    }

    /// One pull request; `None` when the number is nobody's, or an issue's.
    pub async fn pull_request(&self, number: u64) -> Result<Option<PullRequest>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::pulls::pull_request(&self.0, number).await,
            Dialect::Gitea => gitea::pulls::pull_request(&self.0, number).await,
        }
    }

    /// The commits of a pull request as they were before the merge.
    pub async fn pull_commits(&self, number: u64) -> Result<Vec<PullCommit>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::pulls::commits(&self.0, number).await,
            Dialect::Gitea => gitea::pulls::commits(&self.0, number).await,
        }
    }

    /// The pull requests that were merged last into a branch of this repository or from it.
    pub async fn merged_around(&self, branch: &str) -> Result<RecentPulls, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::pulls::merged_around(&self.0, branch).await,
            Dialect::Gitea => gitea::pulls::merged_around(&self.0, branch).await,
        }
    }

    /// A file's bytes at a commit; `None` when it is not there. `path` is relative to the repository's root.
    pub async fn file(&self, path: &str, at: &CommitSha) -> Result<Option<Vec<u8>>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::contents::file(&self.0, path, at).await,
            Dialect::Gitea => gitea::contents::file(&self.0, path, at).await,
        }
    }

    /// One tag, if it is there.
    pub async fn tag(&self, name: &TagName) -> Result<Option<Tag>, Error> {
        refs::read_tag(&self.0, name).await
    }

    /// What a tag tells; `None` when it is lightweight.
    pub async fn annotation(&self, name: &TagName, tag: &Tag) -> Result<Option<Annotation>, Error> {
        tags::annotation(&self.0, name, tag).await
    }

    /// A run of a workflow at a tag, whatever started it. On Gitea only a run that a runner has taken up is told.
    ///
    /// # Errors
    /// Also when the forge's list is so long that it cannot be known whether there is one.
    pub async fn run_at_tag(
        &self,
        workflow: &str,
        tag: &TagName,
        commit: &CommitSha,
    ) -> Result<Option<Run>, Error> {
        Sought::new(&self.0, workflow, tag, commit).find().await
    }

    /// The run of a workflow that the push of a tag has started, as the push of any token but the job's own does
    /// where the workflow waits for it. Forges start it some seconds later; for so long it is looked for.
    pub async fn run_after_tag(
        &self,
        workflow: &str,
        tag: &TagName,
        commit: &CommitSha,
    ) -> Result<Option<Run>, Error> {
        Sought::new(&self.0, workflow, tag, commit).find_after_the_tag().await
    }

    /// The first comment on a pull request that begins with `marker`.
    pub async fn comment(&self, number: u64, marker: &str) -> Result<Option<Comment>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => github::comments::find(&self.0, number, marker).await,
            Dialect::Gitea => gitea::comments::find(&self.0, number, marker).await,
        }
    }

    /// What can be written to the repository, as far as one request tells.
    pub async fn standing(&self) -> Result<Standing, Error> {
        repository::standing(&self.0).await
    }

    /// What the repository's name leads to: it may have another one by now, or none that the token may see.
    pub async fn repository(&self) -> Result<RepositoryLookup, Error> {
        repository::look_up(&self.0).await
    }

    /// The runs that an event has started at `since` or later, by the forge's clock, newest first.
    ///
    /// On Gitea a run is told only when a runner has taken up a job of it, and is as old as the oldest such job.
    ///
    /// # Errors
    /// Also when there are more than the forge tells.
    pub async fn runs_since(&self, since: Timestamp, event: &str) -> Result<Vec<RunSeen>, Error> {
        runs::since(&self.0, since, event).await
    }

    /// A run as it stands now; `None` when it is gone.
    pub async fn run(&self, seen: &RunSeen) -> Result<Option<RunSeen>, Error> {
        runs::again(&self.0, seen).await
    }

    /// The newest commit of a branch, if it is there.
    pub async fn branch(&self, name: &BranchName) -> Result<Option<CommitSha>, Error> {
        refs::branch(&self.0, name).await
    }

    /// The branches whose names begin with a prefix, with their newest commits: one request, however many there are.
    pub async fn branches(&self, prefix: &str) -> Result<Vec<(BranchName, CommitSha)>, Error> {
        refs::branches(&self.0, prefix).await
    }

    /// Every file of a commit.
    pub async fn files(&self, at: &CommitSha) -> Result<Vec<TreeFile>, Error> {
        trees::files(&self.0, at).await
    }

    /// What `head` has that `base` has not, in no particular order; of more than fifty commits some fifty.
    pub async fn commits_ahead(
        &self,
        base: &CommitSha,
        head: &CommitSha,
    ) -> Result<Vec<BranchCommit>, Error> {
        trees::ahead(&self.0, base, head).await
    }

    /// The open pull requests from branches of this repository whose names begin with a prefix, all pages of them.
    pub async fn open_pull_requests(&self, prefix: &str) -> Result<Vec<OwnPull>, Error> {
        pull_requests::open_ones(&self.0, prefix).await
    }

    /// The pull requests from one branch of this repository, whatever has become of them, the newest first. On Gitea
    /// only the last five hundred closed ones are looked through.
    pub async fn pull_requests_of(&self, branch: &BranchName) -> Result<Vec<OwnPull>, Error> {
        pull_requests::of_branch(&self.0, branch).await
    }

    /// What publishing a release would do. The tag must be there. To tell drafts apart, the token must be one that
    /// may write.
    ///
    /// # Errors
    /// As [`Writer::publish_release`].
    pub async fn release_forecast(
        &self,
        request: &ReleaseRequest<'_>,
    ) -> Result<ReleaseForecast, ReleaseError> {
        Box::pin(releases::forecast(&self.0, request)).await
    }

    /// The page of a draft release that reserves the name of a tag; only Gitea lets drafts do that.
    pub async fn draft_release(&self, name: &TagName) -> Result<Option<String>, Error> {
        match self.0.way.site.dialect {
            Dialect::GitHub => Ok(None),
            Dialect::Gitea => gitea::tags::draft_release(&self.0, name).await,
        }
    }
}

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
    /// On a forge without [`Capabilities::repository_dispatch`]; when there is no connection; when the token is no
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
    /// What nothing has checked is not merged: see [`MergeOutcome::NoChecks`].
    ///
    /// # Errors
    /// As [`commit_files`](Self::commit_files).
    pub async fn merge_when_green(
        &self,
        number: u64,
        head: &CommitSha,
        style: MergeStyle,
    ) -> Result<Answer<MergeOutcome>, Error> {
        Box::pin(merging::merge_when_green(&self.0, number, head, style)).await
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
