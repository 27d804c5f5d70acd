//! What is known of telling one target.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::RepoName;
use forge::RunSeen;
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
    /// Whether another version can be told again as it was told: not where ours is told with more than itself, since
    /// what the other was told with is not known.
    pub speaks_for_others: bool,
    /// How far runs are followed.
    pub wait: Wait,
    /// How long a run is looked for.
    pub observation: Duration,
    /// How long a run is followed.
    pub deadline: Duration,
    /// How old a look may be that something is told by.
    pub fresh: Duration,
    /// For how long it is looked whether an earlier attempt of this very job has told: forges show runs late.
    pub hindsight: Duration,
    /// How long it takes at least from one look at a run that is followed to the next.
    pub interval: Duration,
    /// Since when a run that carries no id may be this release's; none where that is not known.
    pub released: Option<Timestamp>,
}

impl Rules<'_> {
    /// Whether no workflow that answers gives its runs the id.
    pub(super) fn names_nothing(&self) -> bool {
        self.receivers.iter().all(|receiver| !receiver.names_its_runs)
    }
}

/// What is known of one target.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The time.
    pub now: Timestamp,
    /// The runs, as they were seen last.
    pub look: Option<Look>,
    /// When they were looked at first.
    pub first_look: Option<Timestamp>,
    /// The runs of the first look: what came later is not among them.
    pub before: BTreeSet<u64>,
    /// What this run has sent.
    pub sent: Vec<Sent>,
    /// When each run was seen first.
    seen: BTreeMap<u64, Timestamp>,
}

/// The runs of a target at some time.
#[derive(Debug, Clone)]
pub struct Look {
    /// The runs of the event.
    pub runs: Vec<RunSeen>,
    /// When they were asked for: what was told later may be missing.
    pub at: Timestamp,
    /// When the answer came.
    pub answered: Timestamp,
    /// Whether runs that wait for a runner are among them.
    pub tells_waiting: bool,
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
            look: None,
            first_look: None,
            before: BTreeSet::new(),
            sent: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Takes in a list of runs. What an earlier list told of older runs still holds.
    pub fn saw(&mut self, mut look: Look) {
        if self.first_look.is_none() {
            self.first_look = Some(look.at);
            self.before = look.runs.iter().map(|run| run.id).collect();
        }
        for run in &look.runs {
            self.seen.entry(run.id).or_insert(look.at);
        }
        let told: BTreeSet<u64> = look.runs.iter().map(|run| run.id).collect();
        let earlier = self.look.take().map(|earlier| earlier.runs).unwrap_or_default();
        look.runs.extend(earlier.into_iter().filter(|run| !told.contains(&run.id)));
        self.now = look.answered;
        self.look = Some(look);
    }

    /// How long ago a time was.
    pub(super) fn since(&self, time: Timestamp) -> Duration {
        passed(time, self.now)
    }

    /// How long after a time was looked last: what is not there by then is judged by this, however late it is.
    pub(super) fn looked_after(&self, time: Timestamp) -> Duration {
        self.look.as_ref().map_or(Duration::ZERO, |look| passed(time, look.at))
    }

    /// Whether the runs were not looked at since something was sent.
    pub(super) fn is_blind(&self) -> bool {
        let looked = self.look.as_ref().map(|look| look.at);
        self.sent.last().is_some_and(|sent| looked <= Some(sent.at))
    }

    /// When a run was seen first.
    pub(super) fn seen_at(&self, run: u64) -> Option<Timestamp> {
        self.seen.get(&run).copied()
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
        self.last_sent(rules.id).and_then(|sent| self.left_to_look(sent.at, rules.observation))
    }

    /// How long to wait before the next look, until it was looked for so long after a time.
    pub(super) fn left_to_look(&self, time: Timestamp, for_so_long: Duration) -> Option<Duration> {
        let looked = self.looked_after(time);
        let left = for_so_long.checked_sub(looked).filter(|left| !left.is_zero())?;
        Some(pause(looked).min(left))
    }
}

fn passed(from: Timestamp, to: Timestamp) -> Duration {
    let passed = to.duration_since(from);
    if passed.is_negative() { Duration::ZERO } else { passed.unsigned_abs() }
}
