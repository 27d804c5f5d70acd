//! A clock that tests set, hold and advance.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::clock::{Clock, Sleep};

/// A clock for tests: time passes only when somebody sleeps, or when the test says so.
///
/// [`TestClock::at`] gives a clock on which every sleep ends at once and moves the time on by as much.
/// [`TestClock::held_at`] gives one on which a sleep ends only when the test [advances](TestClock::advance)
/// the clock far enough.
#[derive(Debug)]
pub struct TestClock {
    flow: Flow,
    state: watch::Sender<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    WithSleeps,
    Held,
}

#[derive(Debug)]
struct State {
    now: Timestamp,
    slept: Vec<Duration>,
    sleepers: usize,
}

impl TestClock {
    /// A clock on which every sleep ends at once and moves the time on.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self::new(now, Flow::WithSleeps)
    }

    /// A clock that stands still until [`advance`](Self::advance) is called.
    #[must_use]
    pub fn held_at(now: Timestamp) -> Self {
        Self::new(now, Flow::Held)
    }

    fn new(now: Timestamp, flow: Flow) -> Self {
        let (state, _) = watch::channel(State { now, slept: Vec::new(), sleepers: 0 });
        Self { flow, state }
    }

    /// Moves the time on by `duration` and wakes those whose sleep is over.
    pub fn advance(&self, duration: Duration) {
        self.state.send_modify(|state| state.now = later(state.now, duration));
    }

    /// How long each sleep so far was meant to last, in the order in which they began.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.state.borrow().slept.clone()
    }

    /// Waits until somebody sleeps on this clock, and returns at once when somebody already does.
    pub async fn until_asleep(&self) {
        let mut state = self.state.subscribe();
        // The sender lives in `self`, so the channel cannot close while this waits.
        let _ = state.wait_for(|state| state.sleepers > 0).await;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.state.borrow().now
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(async move {
            let mut watched = self.state.subscribe();
            let end = later(self.now(), duration);
            self.state.send_modify(|state| {
                state.slept.push(duration);
                match self.flow {
                    Flow::WithSleeps => state.now = end,
                    Flow::Held => state.sleepers += 1,
                }
            });
            let _ = watched.wait_for(|state| state.now >= end).await;
            if self.flow == Flow::Held {
                self.state.send_modify(|state| state.sleepers -= 1);
            }
        })
    }
}

fn later(now: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleep_on_a_free_clock_ends_at_once_and_moves_the_time_on() {
        let clock = TestClock::at(Timestamp::UNIX_EPOCH);
        clock.sleep(Duration::from_hours(1)).await;
        assert_eq!(clock.now(), Timestamp::from_second(3600).unwrap());
        assert_eq!(clock.slept(), [Duration::from_hours(1)]);
    }

    #[tokio::test]
    async fn a_sleep_on_a_held_clock_ends_when_the_clock_is_advanced_far_enough() {
        let clock = std::sync::Arc::new(TestClock::held_at(Timestamp::UNIX_EPOCH));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(10)).await }
        });
        clock.until_asleep().await;
        clock.advance(Duration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        sleeper.await.unwrap();
    }
}
