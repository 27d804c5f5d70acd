//! Saying how far it has come.

use std::cell::RefCell;
use std::time::Duration;

use http_client::Clock;
use jiff::{SignedDuration, Timestamp};
use runner::Console;

use crate::outcome::{Outcome, Verdict};

/// How many targets are told of one by one as they come.
const FEW: usize = 50;
/// How long a run is quiet at most.
const EVERY: SignedDuration = SignedDuration::from_secs(30);

/// Says how far it has come: each target of a few, and of many every half minute how many.
pub struct Progress<'a> {
    console: &'a Console,
    clock: &'a dyn Clock,
    all: usize,
    count: RefCell<Count>,
}

struct Count {
    told: usize,
    skipped: usize,
    failed: usize,
    said_at: Timestamp,
    begun: Timestamp,
}

impl<'a> Progress<'a> {
    /// Of so many targets.
    #[must_use]
    pub fn new(console: &'a Console, clock: &'a dyn Clock, all: usize) -> Self {
        let now = clock.now();
        let count = Count { told: 0, skipped: 0, failed: 0, said_at: now, begun: now };
        Self { console, clock, all, count: RefCell::new(count) }
    }

    /// Takes note of a target that has come to its end.
    pub fn of(&self, outcome: &Outcome) {
        let mut count = self.count.borrow_mut();
        match outcome.verdict() {
            Verdict::Told => count.told += 1,
            Verdict::Skipped => count.skipped += 1,
            Verdict::Failed => count.failed += 1,
        }
        if self.all <= FEW {
            count.said_at = self.clock.now();
            self.console.progress(&format!("`{}`: {}", outcome.target, outcome.word()));
        }
    }

    /// Says for ever how far it is, whenever nothing was said for a while: also while nobody comes to an end, as in a
    /// limit, or while runs are followed.
    pub async fn beat(&self) {
        loop {
            let said_at = self.count.borrow().said_at;
            let now = self.clock.now();
            let quiet = now.duration_since(said_at);
            if quiet >= EVERY {
                let mut count = self.count.borrow_mut();
                count.said_at = now;
                self.console.progress(&line(&count, self.all, now));
            }
            let left = EVERY - if quiet >= EVERY { SignedDuration::ZERO } else { quiet };
            self.clock.sleep(left.unsigned_abs()).await;
        }
    }
}

fn line(count: &Count, all: usize, now: Timestamp) -> String {
    let Count { told, skipped, failed, .. } = count;
    let done = told + skipped + failed;
    if done == 0 {
        return format!("0 of {all}, after {}", duration(now.duration_since(count.begun).unsigned_abs()));
    }
    let passed = now.duration_since(count.begun).unsigned_abs();
    let count = |targets: usize| u32::try_from(targets).unwrap_or(u32::MAX);
    let left = passed.mul_f64(f64::from(count(all - done)) / f64::from(count(done).max(1)));
    format!(
        "{done} of {all}: {told} told, {skipped} skipped, {failed} failed; about {} left at this rate",
        duration(left)
    )
}

/// A duration as people say it: `2 h 5 min`, `4 min`, `40 s`.
#[must_use]
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_says_how_far_it_is_and_how_long_it_will_take() {
        let begun = Timestamp::from_second(1_800_000_000).unwrap();
        let count = Count { told: 240, skipped: 6, failed: 4, said_at: begun, begun };
        assert_eq!(
            line(&count, 1000, begun + SignedDuration::from_mins(10)),
            "250 of 1000: 240 told, 6 skipped, 4 failed; about 30 min left at this rate"
        );
    }

    #[test]
    fn a_run_in_which_nobody_has_come_to_an_end_says_so() {
        let begun = Timestamp::from_second(1_800_000_000).unwrap();
        let count = Count { told: 0, skipped: 0, failed: 0, said_at: begun, begun };
        assert_eq!(line(&count, 8, begun + SignedDuration::from_mins(2)), "0 of 8, after 2 min");
    }

    #[test]
    fn durations_are_told_in_their_units() {
        for (seconds, told) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3600, "1 h"), (7_500, "2 h 5 min")]
        {
            assert_eq!(duration(Duration::from_secs(seconds)), told);
        }
    }
}
