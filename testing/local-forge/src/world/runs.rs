//! Workflow runs.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::accounts::UserId;

/// How a run ends when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Every job did.
    Success,
    /// A job failed.
    Failure,
    /// Somebody stopped it.
    Cancelled,
    /// It ended without a word on whether that is good; GitHub only.
    Neutral,
    /// No job was to run.
    Skipped,
    /// It took longer than it may; GitHub only.
    TimedOut,
    /// It never began; GitHub only.
    StartupFailure,
    /// It waits for somebody who must act; GitHub only.
    ActionRequired,
    /// Nothing came of it for too long; GitHub only.
    Stale,
}

impl Conclusion {
    /// The forges' word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Neutral => "neutral",
            Self::Skipped => "skipped",
            Self::TimedOut => "timed_out",
            Self::StartupFailure => "startup_failure",
            Self::ActionRequired => "action_required",
            Self::Stale => "stale",
        }
    }
}

/// When a run ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// Never: a job that holds its token.
    Never,
    /// After this time, in this way.
    After(Duration, Conclusion),
}

/// One run of a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: u64,
    /// The number within the repository.
    pub(crate) number: u64,
    /// The file's name without its folder.
    pub(crate) workflow: String,
    /// Path of the file.
    pub(crate) path: String,
    /// The workflow's own name.
    pub(crate) name: String,
    pub(crate) title: String,
    /// `push`, `workflow_dispatch`, `repository_dispatch`.
    pub(crate) event: String,
    /// The full ref it runs at.
    pub(crate) git_ref: String,
    pub(crate) sha: String,
    pub(crate) actor: UserId,
    /// The inputs or the client payload; with the defaults filled in.
    pub(crate) inputs: Value,
    pub(crate) jobs: Vec<Job>,
    pub(crate) created: Timestamp,
    pub(crate) started: Instant,
    pub(crate) end: End,
    /// How many of its jobs a runner has taken up, where the others wait for one.
    pub(crate) taken_up: Option<usize>,
    /// When somebody has cancelled it.
    pub(crate) cancelled: Option<Timestamp>,
}

/// One job of a run.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) runs_on: String,
}

impl Run {
    /// How it ended; `None` while it goes on.
    pub(crate) fn conclusion(&self) -> Option<Conclusion> {
        if self.taken_up.is_some() && self.cancelled.is_none() { None } else { self.conclusion_of_jobs() }
    }

    /// How those of its jobs ended that a runner has taken up; `None` while they go on.
    pub(crate) fn conclusion_of_jobs(&self) -> Option<Conclusion> {
        if self.cancelled.is_some() {
            return Some(Conclusion::Cancelled);
        }
        match self.end {
            End::After(pause, conclusion) if self.started.elapsed() >= pause => Some(conclusion),
            End::After(..) | End::Never => None,
        }
    }

    /// The jobs that a runner has taken up.
    pub(crate) fn jobs_taken_up(&self) -> &[Job] {
        &self.jobs[..self.taken_up.unwrap_or(self.jobs.len()).min(self.jobs.len())]
    }

    /// How far it is, in the forges' word.
    pub(crate) fn status(&self) -> &'static str {
        match (self.conclusion(), self.taken_up) {
            (Some(_), _) => "completed",
            (None, Some(_)) => "queued",
            (None, None) => "in_progress",
        }
    }

    /// The ref without `refs/heads/` or `refs/tags/`.
    pub(crate) fn ref_name(&self) -> &str {
        ["refs/heads/", "refs/tags/"]
            .iter()
            .find_map(|prefix| self.git_ref.strip_prefix(prefix))
            .unwrap_or(&self.git_ref)
    }
}
