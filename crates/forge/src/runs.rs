//! The runs of workflows, seen from outside: which there are, and how far they have come.

use jiff::Timestamp;

use crate::connection::Connection;
use crate::{Dialect, Error, gitea, github};

/// A run as a list of runs tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSeen {
    /// What tells it from every other run of the repository, and grows: on GitHub the run's id, on Gitea its number.
    pub id: u64,
    /// Its title: what `run-name` made of the event, or else the commit's subject.
    pub title: String,
    /// The file of its workflow, without the folder.
    pub workflow: String,
    /// What started it: `repository_dispatch`, `workflow_dispatch`, …
    pub event: String,
    /// How far it has come.
    pub progress: RunProgress,
    /// Its page.
    pub url: String,
    /// When it was made, by the forge's clock.
    pub created: Timestamp,
}

/// The runs of one event, as far as a forge tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunList {
    /// The runs, newest first.
    pub runs: Vec<RunSeen>,
    /// From when on no run is missing: as far back as was asked, or not as far where there are more than are told.
    pub reaches_back_to: Timestamp,
    /// Whether runs that wait for a runner are among them.
    pub tells_waiting: bool,
}

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunProgress {
    /// It waits: for a runner, for another run, or for somebody's approval.
    Waiting,
    /// It is at work.
    Running,
    /// It has come to its end.
    Concluded(Conclusion),
    /// So many jobs have begun, and all have ended well. Whether another one is to follow, the list does not tell:
    /// Gitea's list of tasks has a job only when a runner has taken it up.
    WellSoFar(usize),
}

/// How a run ended. <https://docs.github.com/en/rest/checks/runs>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// Every job did what it should.
    Success,
    /// It ended without a word on whether that is good.
    Neutral,
    /// No job was to run.
    Skipped,
    /// A job failed.
    Failure,
    /// Somebody, or a later run, stopped it.
    Cancelled,
    /// It took longer than it may.
    TimedOut,
    /// It never began: its workflow file is wrong, as a rule.
    StartupFailure,
    /// It waits for somebody who must act.
    ActionRequired,
    /// Nothing came of it for so long that the forge gave it up.
    Stale,
    /// A word that is not known here. It is not success.
    Other(String),
}

impl Conclusion {
    /// The forges' word for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Neutral => "neutral",
            Self::Skipped => "skipped",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::StartupFailure => "startup_failure",
            Self::ActionRequired => "action_required",
            Self::Stale => "stale",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for Conclusion {
    fn from(word: String) -> Self {
        match word.as_str() {
            "success" => Self::Success,
            "neutral" => Self::Neutral,
            "skipped" => Self::Skipped,
            "failure" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "timed_out" => Self::TimedOut,
            "startup_failure" => Self::StartupFailure,
            "action_required" => Self::ActionRequired,
            "stale" => Self::Stale,
            _ => Self::Other(word),
        }
    }
}

/// The runs of one event that were made at `since` or later, newest first.
pub(crate) async fn since(connection: &Connection, since: Timestamp, event: &str) -> Result<RunList, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::run_list::since(connection, since, event).await,
        Dialect::Gitea => gitea::run_list::since(connection, since, event).await,
    }
}

/// The run as it stands now; `None` when it is gone.
pub(crate) async fn again(connection: &Connection, seen: &RunSeen) -> Result<Option<RunSeen>, Error> {
    match connection.way.site.dialect {
        Dialect::GitHub => github::run_list::one(connection, seen.id).await,
        Dialect::Gitea => {
            let list = gitea::run_list::since(connection, seen.created, &seen.event).await?;
            Ok(list.runs.into_iter().find(|run| run.id == seen.id))
        }
    }
}
