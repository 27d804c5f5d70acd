//! The forge's own time.

use jiff::{SignedDuration, Timestamp};

/// A clock that moves a second with every event, so that the same story gets the same commit ids and
/// "newest first" has one meaning.
#[derive(Debug)]
pub(crate) struct Clock {
    now: Timestamp,
}

impl Default for Clock {
    fn default() -> Self {
        // 2026-01-02T03:04:05Z
        Self { now: Timestamp::constant(1_767_323_045, 0) }
    }
}

impl Clock {
    /// The time of the latest event.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The time of a new event.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.now += SignedDuration::from_secs(1);
        self.now
    }

    /// Sets the time of the latest event.
    pub(crate) fn set(&mut self, now: Timestamp) {
        self.now = now;
    }
}
