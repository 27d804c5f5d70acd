//! Telling the targets: many at a time, no faster than the pace, each to its own end.

mod bump;
mod doctor;
mod early;
mod first_looks;
mod lists;
mod merge;
mod over;
mod progress;
mod receive;
mod runs;
mod so_far;
mod stop;

use std::cell::RefCell;
use std::time::Duration;

use domain::RepoName;

use forge::{Dialect, Forge};
use futures_util::future::{join_all, select};
use http_client::Clock;
use jiff::Timestamp;

use crate::inputs::Settings;
use crate::mode::Mode;
use crate::outcome::{Outcome, State, Way};
use crate::pace::{Cost, Kind, Paced, Permit};
use crate::preflight::{Looked, Ready};
use crate::receipt::{Receipt, Receipts};
use crate::trouble::Trouble;

/// The longest limit that is waited for. GitHub's hour may have just begun.
const LONGEST_LIMIT: Duration = Duration::from_mins(65);

/// How long requests that are under way may take when the run is to end: a runner gives it some seconds.
const GRACE: Duration = Duration::from_secs(3);

pub use early::{EarlyLooks, early_looks};
use first_looks::FirstLooks;
pub use over::Over;
pub use progress::Progress;
pub(crate) use progress::duration;
pub use stop::Stop;

/// Tells targets.
pub struct Teller<'a> {
    /// The forge.
    pub forge: &'a Forge,
    /// Which one it is.
    pub dialect: Dialect,
    /// How fast it may be told.
    pub paced: &'a Paced,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// What is told, and how.
    pub settings: &'a Settings,
    /// What is known from before.
    pub before: Before,
    /// Who hears of progress.
    pub progress: &'a Progress<'a>,
    /// What is wrong of more targets than one, once it is known.
    pub over: &'a Over,
    /// Where the images lie that come of it; none where receipts are not asked for.
    pub receipts: Option<&'a Receipts<'a>>,
    /// Whether the run is to end.
    pub stop: &'a Stop,
    /// How long it takes at least from one look at a run that is followed to the next.
    pub interval: Duration,
}

/// What is known before the first target is told.
#[derive(Default)]
pub struct Before {
    /// What was seen of the targets' runs already.
    pub early: EarlyLooks,
    /// Whether an earlier attempt of this very job may have told just now.
    pub is_rerun: bool,
    /// Since when a run without an id may be this release's; none where that is not known.
    pub released: Option<Timestamp>,
}

impl Teller<'_> {
    /// Tells all targets; what came of each, in their order.
    ///
    /// All are looked at before the first is told: what an earlier run has written counts against the pace.
    pub async fn tell_all(&self, looked: Vec<Looked>) -> Vec<Outcome> {
        let by_runs =
            |one: &&Looked| matches!(one, Looked::Ready(ready) if ready.choice.mode != Mode::BumpPr);
        let first_looks = FirstLooks::new(looked.iter().filter(by_runs).count());
        let first_looks = &first_looks;
        let unfinished: Vec<Outcome> = looked.iter().map(unfinished).collect();
        let ended: Vec<RefCell<Option<Outcome>>> = looked.iter().map(|_| RefCell::default()).collect();
        let all = join_all(looked.into_iter().zip(&ended).map(async |(one, ended)| {
            let outcome = match one {
                Looked::Over(outcome) => {
                    let receipt = self.receipts.map(|_| Box::new(Receipt::absent(outcome.reason())));
                    Outcome { receipt, ..outcome }
                }
                Looked::Ready(ready) => Box::pin(self.tell(*ready, first_looks)).await,
            };
            self.progress.of(&outcome);
            ended.replace(Some(outcome));
        }));
        let late = async {
            self.stop.asked().await;
            self.clock.sleep(GRACE).await;
        };
        select(Box::pin(all), Box::pin(late)).await;
        let outcomes = unfinished.into_iter().zip(ended);
        outcomes.map(|(unfinished, ended)| ended.into_inner().unwrap_or(unfinished)).collect()
    }

    async fn tell(&self, ready: Ready, first_looks: &FirstLooks) -> Outcome {
        let mut outcome = begun(&ready, State::Ready);
        match &ready.choice.mode {
            Mode::RepositoryDispatch { .. } | Mode::WorkflowDispatch { .. } => {
                self.by_runs(&ready, first_looks, &mut outcome).await;
            }
            Mode::BumpPr => self.by_pull_request(&ready, &mut outcome).await,
        }
        self.receive(&ready, &mut outcome).await;
        outcome
    }

    /// Why nobody like this target is to be told, whatever is the matter with it.
    fn over(&self, repo: &RepoName) -> Option<Trouble> {
        self.stop.trouble().or_else(|| self.over.for_this(repo))
    }

    /// Lets time pass, unless the run is to end.
    async fn sleep(&self, pause: Duration) {
        // whoever wakes up early finds out by itself why
        let _ = self.stop.unless(self.clock.sleep(pause)).await;
    }

    /// Waits for a turn; none where the run is to end before. Then nothing is to be sent any more.
    async fn turn(&self, cost: Cost) -> Option<Permit<'_>> {
        let permit = self.stop.unless(self.paced.turn(cost)).await.ok()?;
        if self.stop.is_asked().is_some() {
            permit.give_back();
            return None;
        }
        Some(permit)
    }

    /// A call failed in a way that says nothing of this target.
    fn failed(&self, repo: &RepoName, error: &forge::Error) -> Trouble {
        let trouble = Trouble::failed("forge", error);
        if error.status() == Some(401) {
            let what = format!("the token was refused: {}", trouble.what);
            self.over.token_refused(repo, Trouble { what, ..trouble.clone() });
        }
        trouble
    }

    /// A call has met a limit: nothing is sent before that is over. An error where it is too long to be waited for, or
    /// does not end.
    fn limited(&self, kind: Kind, lasts: Duration, error: &forge::Error) -> Result<(), Trouble> {
        let (why, mending) = if lasts > LONGEST_LIMIT {
            (format!("a limit lasts for {}", duration(lasts)), "run again when the limit is over")
        } else if self.paced.close(kind, lasts) {
            return Ok(());
        } else {
            let mending = "see what else uses up the token's limits, then run again";
            ("the forge's limit does not end".to_owned(), mending)
        };
        let trouble = Trouble::failed("limit", error).mended_by(mending);
        let what = format!("{why}: {}", trouble.what);
        self.over.everybody(Trouble { what, ..trouble.clone() });
        Err(trouble)
    }

    /// A read has failed: one that a limit has caused is to be taken again.
    fn after_a_limit(&self, repo: &RepoName, error: &forge::Error) -> Result<(), Trouble> {
        match error.http() {
            Some(http_client::Error::Limited { lasts, .. }) => self.limited(Kind::Read, *lasts, error),
            _ => Err(self.failed(repo, error)),
        }
    }
}

/// A target of which is known how it is told, with what came of it so far.
fn begun(ready: &Ready, state: State) -> Outcome {
    Outcome {
        mode: Some(Way { mode: ready.choice.mode.as_str(), why: ready.choice.why.clone() }),
        notes: ready.choice.notes.clone(),
        ..Outcome::over(ready.target.repo.clone(), state)
    }
}

/// A target in the midst of which the run was ended.
fn unfinished(looked: &Looked) -> Outcome {
    match looked {
        Looked::Over(outcome) => outcome.clone(),
        Looked::Ready(ready) => {
            let what = "the run was ended before it was known whether it was told";
            let trouble = Trouble::new("interrupted", what).mended_by("run again: what is there is adopted");
            begun(ready, State::Failed(trouble))
        }
    }
}
