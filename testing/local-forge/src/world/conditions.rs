//! The bad days that a forge can have.

use std::collections::BTreeMap;
use std::time::Duration;

use super::World;
use super::pulls::Pull;
use super::runs::{Conclusion, End};

/// What is wrong at the moment.
#[derive(Debug)]
pub(crate) struct Conditions {
    /// Lookups of pull requests that do not see the latest merges yet.
    lag: Option<Lag>,
    /// How long a tag's creation lies between looking whether the name is free and taking it.
    pub(crate) tag_race_window: Duration,
    /// How many merges there have been.
    pub(crate) merges: u64,
    /// How runs end that start from now on.
    pub(crate) run_end: End,
    /// After how many jobs of a run the runners are busy; none while they are free.
    pub(crate) busy_after: Option<usize>,
    /// Lists of runs that do not show the latest runs yet.
    run_lag: Option<RunLag>,
    /// How many looks at a pull request do not know yet whether it has a conflict.
    pub(crate) unknown_mergeability: u32,
    /// How long minted tokens say that they live.
    pub(crate) installation_token_life: Duration,
    /// Whether GitHub's dispatch of workflows is the older one, which tells no run.
    pub(crate) old_dispatch: bool,
    /// Whether what is published from now on is immutable on GitHub.
    pub(crate) immutable_releases: bool,
    /// The endings that Gitea takes of a release's files; all, when there is none.
    pub(crate) release_endings: Vec<String>,
    /// How many requests each token has made of GitHub's API; the empty one is nobody's.
    pub(crate) requests: BTreeMap<String, u64>,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            lag: None,
            tag_race_window: Duration::ZERO,
            merges: 0,
            run_end: End::After(Duration::ZERO, Conclusion::Success),
            busy_after: None,
            run_lag: None,
            unknown_mergeability: 0,
            installation_token_life: Duration::from_hours(1),
            old_dispatch: false,
            immutable_releases: false,
            release_endings: Vec::new(),
            requests: BTreeMap::new(),
        }
    }
}

#[derive(Debug)]
struct Lag {
    lookups: u32,
    /// The last merge that is visible.
    horizon: u64,
}

#[derive(Debug)]
struct RunLag {
    lists: u32,
    /// The id that no visible run reaches.
    horizon: u64,
}

/// The merges that one lookup sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    horizon: Option<u64>,
}

impl View {
    /// Whether this lookup sees the pull request as merged (or sees it open, when it is).
    pub(crate) fn shows(self, pull: &Pull) -> bool {
        match (&pull.merged, self.horizon) {
            (Some(merged), Some(horizon)) => merged.sequence <= horizon,
            _ => true,
        }
    }
}

impl World {
    /// For that many lists of runs, those that start after this are not shown.
    pub(crate) fn lag_run_lists(&mut self, lists: u32) {
        let horizon = self.next_id();
        self.conditions.run_lag = (lists > 0).then_some(RunLag { lists, horizon });
    }

    /// Begins one list of runs: the id that no run on it reaches.
    pub(crate) fn begin_run_list(&mut self) -> u64 {
        let Some(lag) = &mut self.conditions.run_lag else { return u64::MAX };
        let horizon = lag.horizon;
        lag.lists -= 1;
        if lag.lists == 0 {
            self.conditions.run_lag = None;
        }
        horizon
    }

    /// Begins one look at whether a pull request has a conflict: whether it is known.
    pub(crate) fn knows_mergeability(&mut self) -> bool {
        let left = &mut self.conditions.unknown_mergeability;
        let known = *left == 0;
        *left = left.saturating_sub(1);
        known
    }

    /// From now on and for that many lookups, pull requests merged after this are not found by commit.
    pub(crate) fn lag_pull_lookup(&mut self, lookups: u32) {
        let horizon = self.conditions.merges;
        self.conditions.lag = (lookups > 0).then_some(Lag { lookups, horizon });
    }

    /// Begins one lookup of pull requests by commit, or of the closed ones.
    pub(crate) fn begin_lookup(&mut self) -> View {
        let horizon = self.conditions.lag.as_mut().map(|lag| {
            lag.lookups -= 1;
            lag.horizon
        });
        if self.conditions.lag.as_ref().is_some_and(|lag| lag.lookups == 0) {
            self.conditions.lag = None;
        }
        View { horizon }
    }
}
