//! Telling the targets: many at a time, no faster than the pace, each to its own end.

mod bump;
mod doctor;
mod early;
mod first_looks;
mod merge;
mod progress;
mod runs;

use std::sync::Mutex;
use std::time::Duration;

use forge::{Dialect, Forge};
use futures_util::future::join_all;
use http_client::Clock;

use crate::inputs::Settings;
use crate::mode::Mode;
use crate::outcome::{Outcome, State, Way};
use crate::pace::Paced;
use crate::preflight::{Looked, Ready};
use crate::trouble::Trouble;

/// The longest limit that is waited for. GitHub's hour may have just begun.
const LONGEST_LIMIT: Duration = Duration::from_mins(65);

pub use early::{EarlyLooks, early_looks};
use first_looks::FirstLooks;
pub use progress::Progress;
pub(crate) use progress::duration;

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
    /// What was seen of their runs already.
    pub early: EarlyLooks,
    /// Who hears of progress.
    pub progress: &'a Progress<'a>,
    /// What is wrong of every target, once it is known: nobody else is tried then.
    pub over: Mutex<Option<Trouble>>,
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
        join_all(looked.into_iter().map(async |one| {
            let outcome = match one {
                Looked::Over(outcome) => outcome,
                Looked::Ready(ready) => Box::pin(self.tell(*ready, first_looks)).await,
            };
            self.progress.of(&outcome);
            outcome
        }))
        .await
    }

    async fn tell(&self, ready: Ready, first_looks: &FirstLooks) -> Outcome {
        let mut outcome = Outcome {
            mode: Some(Way { mode: ready.choice.mode.as_str(), why: ready.choice.why.clone() }),
            notes: ready.choice.notes.clone(),
            ..Outcome::over(ready.target.repo.clone(), State::Ready)
        };
        match &ready.choice.mode {
            Mode::RepositoryDispatch { .. } | Mode::WorkflowDispatch { .. } => {
                self.by_runs(&ready, first_looks, &mut outcome).await;
            }
            Mode::BumpPr => self.by_pull_request(&ready, &mut outcome).await,
        }
        outcome
    }

    /// What is wrong of every target, as far as one of them has found out.
    fn over(&self) -> Option<Trouble> {
        self.over.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A call failed in a way that says nothing of this target.
    fn failed(&self, error: &forge::Error) -> State {
        let trouble = Trouble::failed("forge", error);
        if error.status() == Some(401) {
            let mut over = self.over.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            over.get_or_insert_with(|| Trouble {
                what: format!("not tried, since the token was refused: {}", trouble.what),
                ..trouble.clone()
            });
        }
        State::Failed(trouble)
    }
}
