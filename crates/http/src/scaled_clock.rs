//! A clock that runs faster than the wall's.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::clock::{Clock, Sleep};

/// A clock for tests that runs many times as fast as the wall's: two hours of waiting are over in some seconds, and
/// what goes on side by side stays side by side, which it does not on a [`TestClock`](crate::TestClock).
#[derive(Debug, Clone, Copy)]
pub struct ScaledClock {
    scale: u32,
    started: Instant,
    since: Timestamp,
}

impl ScaledClock {
    /// A clock that shows the wall's time now, and from now on runs `scale` times as fast.
    ///
    /// A sleep lasts a millisecond of the wall's time at least, so at 1,000 it is exact to a second or two. It is never
    /// too short.
    #[must_use]
    pub fn new(scale: u32) -> Self {
        Self { scale: scale.max(1), started: Instant::now(), since: Timestamp::now() }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        self.since.checked_add(self.started.elapsed() * self.scale).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        // up to the next whole nanosecond: a sleep must not end early
        let wall = duration / self.scale + Duration::from_nanos(1);
        Box::pin(tokio::time::sleep(wall))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_hour_passes_in_a_moment_and_never_in_less() {
        let clock = ScaledClock::new(100_000);
        let (before, wall) = (clock.now(), Instant::now());
        clock.sleep(Duration::from_hours(1)).await;
        assert!(clock.now().duration_since(before).as_secs() >= 3600);
        assert!(wall.elapsed() < Duration::from_secs(5));
    }
}
