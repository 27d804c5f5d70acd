//! Counting what falls into a window that slides.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::limits::Window;

/// Counts within one window.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    pub(super) window: Window,
    /// What is under way.
    open: usize,
    /// What has ended, and when.
    ended: VecDeque<(Timestamp, usize)>,
    /// The sum of that.
    total: usize,
}

/// When there will be room.
pub(super) enum Free {
    At(Timestamp),
    /// When something that is under way has ended.
    Later,
}

impl Meter {
    pub(super) const fn new(window: Window) -> Self {
        Self { window, open: 0, ended: VecDeque::new(), total: 0 }
    }

    /// When `amount` more will fit.
    pub(super) fn free_at(&mut self, amount: usize, now: Timestamp) -> Free {
        while self.ended.front().is_some_and(|(at, _)| self.leaves(*at) <= now) {
            self.total -= self.ended.pop_front().map_or(0, |(_, amount)| amount);
        }
        let room = self.window.most.saturating_sub(amount);
        if amount == 0 || self.open + self.total <= room {
            return Free::At(now);
        }
        let mut left = self.open + self.total;
        for (at, ended) in &self.ended {
            left -= ended;
            if left <= room {
                return Free::At(self.leaves(*at));
            }
        }
        if self.open > 0 { Free::Later } else { Free::At(now) }
    }

    /// So much more is under way.
    pub(super) const fn open(&mut self, amount: usize) {
        self.open += amount;
    }

    /// So much of what is under way has ended.
    pub(super) fn close(&mut self, amount: usize, now: Timestamp) {
        self.give_back(amount);
        self.note(amount, now);
    }

    /// So much of what is under way was never sent.
    pub(super) const fn give_back(&mut self, amount: usize) {
        self.open = self.open.saturating_sub(amount);
    }

    /// So much has ended at a time.
    pub(super) fn note(&mut self, amount: usize, at: Timestamp) {
        if amount > 0 {
            let place = self.ended.partition_point(|(ended, _)| *ended <= at);
            self.ended.insert(place, (at, amount));
            self.total += amount;
        }
    }

    /// When what was counted at `at` is no longer.
    fn leaves(&self, at: Timestamp) -> Timestamp {
        let span = SignedDuration::try_from(self.window.span).unwrap_or(SignedDuration::MAX);
        at.checked_add(span).unwrap_or(Timestamp::MAX)
    }
}
