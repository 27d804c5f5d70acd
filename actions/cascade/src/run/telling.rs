//! From targets to outcomes: looked at all at once, then told, or only examined.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt as _, join, select, try_join};
use jiff::{SignedDuration, Timestamp};
use runner::{Annotation, event};

use super::Run;
use super::access::{Access, Token};
use crate::error::CascadeError;
use crate::mode::Mode;
use crate::outcome::Outcome;
use crate::pace::{Hour, Paced};
use crate::preflight::{Looked, preflight};
use crate::receipt::Receipts;
use crate::released::released;
use crate::targets::Target;
use crate::tell::{Before, Progress, Stop, Teller, duration, early_looks};

impl Run<'_> {
    /// Tells all targets that can be told.
    pub(super) async fn tell(
        &self,
        access: &Access,
        token: Token<'_>,
        targets: Vec<Target>,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let (settings, clock) = (self.settings, access.client.clock().as_ref());
        let Token { hour, check } = token;
        let paced = access.pace(hour, &settings.pace);
        let source = settings.payload.source();
        let early = early_looks(&access.forge, access.dialect, &paced, clock, source, &targets);
        let survey = preflight(&access.forge, access.dialect, targets.clone(), &settings.event);
        let looks = stop.unless(try_join(check, join(survey, early).map(Ok))).await;
        let ((), (looked, early)) = looks.map_err(CascadeError::Interrupted)??;
        let looked = looked?;
        self.warn_of_nameless(&looked);
        let ready = looked.iter().filter(|one| matches!(one, Looked::Ready(_))).count();
        let takes = paced.estimate(looked.iter().map(writes).sum());
        self.announce(ready, looked.len(), takes, clock.now());
        let progress = Progress::new(self.context.console(), clock, looked.len());
        let attempt = self.context.job().run.as_ref().and_then(|run| run.attempt);
        let before =
            Before { early, is_rerun: attempt.is_some_and(|attempt| attempt > 1), released: self.released() };
        let receipts = settings
            .receipts
            .as_ref()
            .map(|asked| Receipts::new(access.client.clone(), self.keychain.clone(), asked));
        let teller = Teller {
            interval: interval(ready, hour),
            before,
            receipts: receipts.as_ref(),
            ..self.teller(access, &paced, &progress, stop)
        };
        Ok(accompanied(teller.tell_all(looked), progress.beat()).await)
    }

    /// Says of all targets whether they can be told, and tells none.
    pub(super) async fn examine(
        &self,
        access: &Access,
        token: Token<'_>,
        targets: Vec<Target>,
        stop: &Stop,
    ) -> Result<Vec<Outcome>, CascadeError> {
        let Token { hour, check } = token;
        let paced = access.pace(hour, &self.settings.pace);
        let survey = preflight(&access.forge, access.dialect, targets, &self.settings.event);
        let looks = stop.unless(try_join(check, survey.map(Ok))).await;
        let ((), looked) = looks.map_err(CascadeError::Interrupted)??;
        let looked = looked?;
        self.warn_of_nameless(&looked);
        let clock = access.client.clock().as_ref();
        let progress = Progress::new(self.context.console(), clock, looked.len());
        let teller = self.teller(access, &paced, &progress, stop);
        let examined = stop.unless(accompanied(teller.examine_all(looked), progress.beat())).await;
        examined.map_err(CascadeError::Interrupted)
    }

    /// What tells targets of which nothing is known from before.
    fn teller<'t>(
        &'t self,
        access: &'t Access,
        paced: &'t Paced,
        progress: &'t Progress<'t>,
        stop: &'t Stop,
    ) -> Teller<'t> {
        Teller {
            forge: &access.forge,
            dialect: access.dialect,
            paced,
            clock: access.client.clock().as_ref(),
            settings: self.settings,
            before: Before::default(),
            progress,
            over: &access.over,
            receipts: None,
            stop,
            interval: Duration::ZERO,
        }
    }

    /// Says what is sent, and until when it takes at most.
    fn announce(&self, ready: usize, targets: usize, takes: Duration, now: Timestamp) {
        let (id, end) = (self.settings.payload.id(), estimate(takes, now));
        self.context.console().progress(&format!("telling {ready} of {targets} targets `{id}`{end}"));
    }

    /// Since when this release can have been told, as far as the event says that started the job. One that cannot be
    /// read fails nothing, but is told: runs with no id in their names may then be told a second time.
    fn released(&self) -> Option<Timestamp> {
        match event::payload(self.context.environment()) {
            Ok(payload) => released(&payload?),
            Err(error) => {
                self.context
                    .console()
                    .annotate(&Annotation::warning(runner::Failure::from(error).to_string()));
                None
            }
        }
    }

    /// Says of whom a second run could not tell whether they were told.
    fn warn_of_nameless(&self, looked: &[Looked]) {
        let nameless = looked.iter().filter_map(|one| match one {
            Looked::Ready(ready) if ready.choice.is_nameless => Some(format!("  {}", ready.target.repo)),
            _ => None,
        });
        let nameless: Vec<String> = nameless.collect();
        if !nameless.is_empty() {
            self.context.console().annotate(&Annotation::warning(format!(
                "the runs of {} targets carry no `cascade_id` in their names, as far as can be seen, so that a second run cannot say whether they were told:\n{}",
                nameless.len(),
                nameless.join("\n")
            )));
        }
    }
}

/// Until when it takes at most; nothing where no limit is in the way.
fn estimate(takes: Duration, now: Timestamp) -> String {
    if takes.is_zero() {
        return String::new();
    }
    let end = now + SignedDuration::try_from(takes).unwrap_or_default();
    format!(": it takes {} at most at this pace, until {}", duration(takes), end.strftime("%H:%M UTC"))
}

/// How long from one look at a run that is followed to the next, so that all of them take half of what may be asked.
fn interval(targets: usize, hour: Option<Hour>) -> Duration {
    let Some(hour) = hour else { return Duration::ZERO };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Duration::from_hours(1).saturating_mul(count(targets)) / count(hour.most / 2).max(1)
}

/// How many writes telling a target takes, if no earlier run has told it: an event or a start is one, and a bump's are
/// tree, commit, branch, a file or so, and the pull request.
fn writes(looked: &Looked) -> usize {
    match looked {
        Looked::Over(_) => 0,
        Looked::Ready(ready) if ready.choice.mode == Mode::BumpPr => 5,
        Looked::Ready(_) => 1,
    }
}

/// The first of two, while the other one, which has no end, goes on beside it.
async fn accompanied<T>(work: impl Future<Output = T>, beside: impl Future<Output = ()>) -> T {
    match select(pin!(work), pin!(beside)).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => unreachable!("what goes on beside it has no end"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_told_where_a_pace_puts_it_off() {
        let now = "2026-11-21T22:30:00Z".parse().unwrap();
        let told = estimate(Duration::from_mins(95), now);
        assert_eq!(told, ": it takes 1 h 35 min at most at this pace, until 00:05 UTC");
        assert_eq!(estimate(Duration::ZERO, now), "");
    }
}
