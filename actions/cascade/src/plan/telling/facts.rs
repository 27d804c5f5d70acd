//! What is known of telling one target.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::RepoName;
use forge::{RunProgress, RunSeen};
use jiff::Timestamp;

use crate::cascade_id::CascadeId;
use crate::mode::Receiver;
use crate::plan::pause;

/// How far a run is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Wait {
    /// Not at all: what the forge accepts is done
    None,
    /// Until it is there
    Started,
    /// Until it has ended
    Concluded,
}

/// What holds for every target.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    /// What is told.
    pub id: &'a CascadeId,
    /// Whose ids count.
    pub source: &'a RepoName,
    /// The workflows that answer; none when the forge does not tell.
    pub receivers: &'a [Receiver],
    /// Whether an earlier version is told on purpose.
    pub rollback: bool,
    /// Whether a target whose run has failed is told again.
    pub again: bool,
    /// How far runs are followed.
    pub wait: Wait,
    /// How long a run is looked for.
    pub observation: Duration,
    /// How long a run is followed.
    pub deadline: Duration,
    /// How old a look may be that something is told by.
    pub fresh: Duration,
    /// Whether the forge tells runs that wait for a runner.
    pub tells_waiting_runs: bool,
}

/// What is known of one target.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The time.
    pub now: Timestamp,
    /// When this began.
    pub begun: Timestamp,
    /// The runs, as they were seen last.
    pub look: Option<Look>,
    /// The runs of the first look: what came later is not among them.
    pub before: BTreeSet<u64>,
    /// What this run has sent.
    pub sent: Vec<Sent>,
    /// Since when the jobs of a run have all ended well, where more may follow.
    pub well_since: BTreeMap<u64, Timestamp>,
}

/// The runs of a target at some time.
#[derive(Debug, Clone)]
pub struct Look {
    /// The runs of the event.
    pub runs: Vec<RunSeen>,
    /// When they were listed.
    pub at: Timestamp,
}

/// Something that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What was told.
    pub id: CascadeId,
    /// When.
    pub at: Timestamp,
    /// What came back.
    pub answer: Answered,
}

/// What came back.
#[derive(Debug, Clone)]
pub enum Answered {
    /// Yes; with the run, where the forge names it.
    Accepted(Option<Box<RunSeen>>),
    /// Nothing that says whether it was done; why.
    Doubtful(String),
}

impl Facts {
    /// Nothing is known yet.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self {
            now,
            begun: now,
            look: None,
            before: BTreeSet::new(),
            sent: Vec::new(),
            well_since: BTreeMap::new(),
        }
    }

    /// Takes in a list of runs.
    pub fn saw(&mut self, runs: Vec<RunSeen>, at: Timestamp) {
        if self.look.is_none() {
            self.before = runs.iter().map(|run| run.id).collect();
        }
        let is_well = |id: &u64| {
            let run = runs.iter().find(|run| run.id == *id);
            run.is_some_and(|run| run.progress == RunProgress::WellSoFar)
        };
        self.well_since.retain(|id, _| is_well(id));
        for run in runs.iter().filter(|run| run.progress == RunProgress::WellSoFar) {
            self.well_since.entry(run.id).or_insert(at);
        }
        self.look = Some(Look { runs, at });
        self.now = at;
    }

    /// How long ago a time was.
    pub(super) fn since(&self, time: Timestamp) -> Duration {
        let since = self.now.duration_since(time);
        if since.is_negative() { Duration::ZERO } else { since.unsigned_abs() }
    }

    /// What was sent of a release last.
    pub(super) fn last_sent(&self, id: &CascadeId) -> Option<&Sent> {
        self.sent.iter().rev().find(|sent| sent.id == *id)
    }

    /// How often a release was sent.
    pub(super) fn tries(&self, id: &CascadeId) -> usize {
        self.sent.iter().filter(|sent| sent.id == *id).count()
    }

    /// How long to wait where something was sent of which a run may still appear.
    pub(super) fn undecided(&self, rules: &Rules<'_>) -> Option<Duration> {
        let sent = self.last_sent(rules.id)?;
        let since = self.since(sent.at);
        let left = rules.observation.checked_sub(since).filter(|left| !left.is_zero())?;
        Some(pause(since).min(left))
    }
}
