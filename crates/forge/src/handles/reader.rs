//! What is read of a repository.

use domain::{BranchName, CommitSha, TagName, TagPrefix};
use jiff::Timestamp;

use super::{Files, Reader};
use crate::dispatch::Sought;
use crate::merging::{self, MergeStanding};
use crate::model::{
    Annotation, Comment, History, PullCommit, PullRequest, RecentPulls, Refs, Run, Standing, Tag,
};
use crate::pull_requests::{self, OwnPull};
use crate::releases::{ReleaseError, ReleaseForecast, ReleaseRequest};
use crate::repository::RepositoryLookup;
use crate::runs::{self, RunList, RunSeen};
use crate::site::Capabilities;
use crate::trees::{self, BranchCommit, TreeFile};
use crate::{Dialect, Error, gitea, github, refs, releases, repository, tags};

impl Reader {
    /// What this forge can do.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        Capabilities::of(self.0.way.site.dialect)
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
    /// On Gitea only a repository's owner is told of all runs. To others a run is told only when a runner has taken up a
    /// job of it, and is as old as the oldest such job.
    pub async fn runs_since(&self, since: Timestamp, event: &str) -> Result<RunList, Error> {
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

    /// Every file of a commit, with the links and submodules among them.
    pub async fn files(&self, at: &CommitSha) -> Result<Vec<TreeFile>, Error> {
        trees::files(&self.0, at).await
    }

    /// Where a symbolic link leads to, as it is written: a path from its own folder. Reading the link as a file gives
    /// on GitHub what is there, and on Gitea the path.
    pub async fn link(&self, link: &TreeFile) -> Result<String, Error> {
        let bytes = trees::blob(&self.0, &link.blob).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
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

    /// How a pull request stands whose commit `head` is to be merged when its checks have passed.
    pub async fn merge_standing(&self, number: u64, head: &CommitSha) -> Result<MergeStanding, Error> {
        merging::standing(&self.0, number, head).await
    }

    /// What publishing a release would do. The tag must be there. To tell drafts apart, the token must be one that
    /// may write.
    ///
    /// # Errors
    /// As [`Writer::publish_release`](super::Writer::publish_release).
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
