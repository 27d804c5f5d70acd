//! How long to wait between two looks.

use std::time::Duration;

/// The part of the interval that looks are apart from each other by chance, so that many hosts do not ask together.
const SPREAD: f64 = 0.2;
/// The longest wait after limits that follow each other.
const LONGEST: Duration = Duration::from_hours(1);

/// The interval, longer after limits of a registry: each that follows another doubles it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    interval: Duration,
    limits: u32,
    lasts: Duration,
}

impl Pace {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, limits: 0, lasts: Duration::ZERO }
    }

    /// Notes the limit that a look has met, or that it met none.
    pub(super) fn met(&mut self, limit: Option<Duration>) {
        self.limits = if limit.is_some() { self.limits.saturating_add(1) } else { 0 };
        self.lasts = limit.unwrap_or_default();
    }

    /// The wait; `chance` is from 0 to 1.
    pub(super) fn pause(&self, chance: f64) -> Duration {
        let doubled = self.interval.saturating_mul(2_u32.saturating_pow(self.limits.min(16)));
        let calm = if self.limits == 0 { self.interval } else { doubled.min(LONGEST.max(self.interval)) };
        calm.mul_f64(1.0 - SPREAD / 2.0 + SPREAD * chance).max(self.lasts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn looks_are_apart_by_the_interval_give_or_take_a_tenth() {
        let pace = Pace::new(5 * MINUTE);
        assert_eq!([0.0, 0.5, 1.0].map(|chance| pace.pause(chance).as_secs()), [270, 300, 330]);
    }

    #[test]
    fn limits_make_the_waits_longer_until_one_look_meets_none() {
        let mut pace = Pace::new(5 * MINUTE);
        pace.met(Some(MINUTE));
        assert_eq!(pace.pause(0.5), 10 * MINUTE);
        pace.met(Some(90 * MINUTE));
        assert_eq!(pace.pause(0.5), 90 * MINUTE);
        for _ in 0..40 {
            pace.met(Some(MINUTE));
        }
        assert_eq!(pace.pause(0.5), 60 * MINUTE);
        pace.met(None);
        assert_eq!(pace.pause(0.5), 5 * MINUTE);
    }
}
