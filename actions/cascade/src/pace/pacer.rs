//! When the next request may be sent: a state machine of values, which is told the time.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::hour::Hour;
use super::limits::{Limits, Window};
use super::meter::{Free, Meter};

/// What a call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Requests that read.
    pub reads: usize,
    /// Requests that make something.
    pub writes: usize,
}

impl Cost {
    /// So many requests that read.
    #[must_use]
    pub const fn reads(reads: usize) -> Self {
        Self { reads, writes: 0 }
    }

    /// So many requests that make something.
    #[must_use]
    pub const fn writes(writes: usize) -> Self {
        Self { reads: 0, writes }
    }

    /// The requests.
    const fn requests(self) -> usize {
        self.reads + self.writes
    }

    /// By GitHub's scale.
    const fn points(self) -> usize {
        self.reads + 5 * self.writes
    }
}

/// What a call does, by which limits that it meets are counted: reads that go well say nothing of a limit on writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It reads.
    Read,
    /// It makes something, or asks whether it might.
    Write,
}

/// Whether a call may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may, and is counted from now on.
    Go,
    /// Not before this time has passed.
    Wait(Duration),
    /// Not before a call that is under way has ended.
    Full,
}

/// Keeps calls within the limits.
///
/// Each limit is a window that slides. A call counts from the moment that it is made until the window's whole length
/// has passed since it *ended*: whenever the forge has counted it in between, however long the ways were, no window of
/// the forge's ever holds more than the limit.
#[derive(Debug, Clone)]
pub struct Pacer {
    writes: Vec<Meter>,
    points: Option<Meter>,
    requests: Option<Meter>,
    closed_until: Option<Timestamp>,
    strikes: Strikes,
}

/// How often each kind of call has met a limit since one went well.
#[derive(Debug, Clone, Copy, Default)]
struct Strikes {
    reads: u32,
    writes: u32,
}

/// The least pause after a limit that is met; it doubles each time that nothing has gone well in between.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
/// How often that doubles.
const MOST_DOUBLINGS: u32 = 6;
/// How many limits in a row are taken to have no end.
const MOST_STRIKES: u32 = 10;
/// How long the window is in which a forge counts all requests.
const HOUR: Duration = Duration::from_hours(1);

impl Pacer {
    /// A pacer that has counted nothing yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            writes: limits.writes.iter().map(|window| Meter::new(*window)).collect(),
            points: limits.points.map(Meter::new),
            requests: None,
            closed_until: None,
            strikes: Strikes::default(),
        }
    }

    /// Keeps all requests within what a token may ask in an hour, less what others have asked with it since the hour
    /// began; a twentieth is left to them.
    pub fn keep_to(&mut self, hour: Hour) {
        let mut meter = Meter::new(Window { most: (hour.most - hour.most / 20).max(1), span: HOUR });
        let began = SignedDuration::try_from(HOUR).ok().and_then(|span| hour.ends.checked_sub(span).ok());
        meter.note(hour.used, began.unwrap_or(hour.ends));
        self.requests = Some(meter);
    }

    /// Asks for a turn. [`Turn::Go`] is a call that is under way until [`end`](Self::end) is told of it.
    ///
    /// What alone is more than a window holds gets its turn when that window is empty.
    pub fn ask(&mut self, cost: Cost, now: Timestamp) -> Turn {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Turn::Wait(until.duration_since(now).unsigned_abs());
        }
        let mut meters: Vec<_> = self.meters(cost).collect();
        let mut free_at = now;
        for (meter, amount) in &mut meters {
            match meter.free_at(*amount, now) {
                Free::At(time) => free_at = free_at.max(time),
                Free::Later => return Turn::Full,
            }
        }
        if free_at > now {
            return Turn::Wait(free_at.duration_since(now).unsigned_abs());
        }
        for (meter, amount) in meters {
            meter.open(amount);
        }
        Turn::Go
    }

    /// A call of this cost has ended.
    pub fn end(&mut self, cost: Cost, now: Timestamp) {
        for (meter, amount) in self.meters(cost) {
            meter.close(amount, now);
        }
    }

    /// A call that had its turn was not made after all.
    pub fn give_back(&mut self, cost: Cost) {
        for (meter, amount) in self.meters(cost) {
            meter.give_back(amount);
        }
    }

    /// Each meter with what a call adds to it.
    fn meters(&mut self, cost: Cost) -> impl Iterator<Item = (&mut Meter, usize)> {
        let writes = self.writes.iter_mut().map(move |meter| (meter, cost.writes));
        let points = self.points.iter_mut().map(move |meter| (meter, cost.points()));
        writes.chain(points).chain(self.requests.iter_mut().map(move |meter| (meter, cost.requests())))
    }

    /// A write was made by somebody before this pacer, with the same token as it seems, at this time.
    pub fn note_write(&mut self, at: Timestamp) {
        for meter in &mut self.writes {
            meter.note(1, at);
        }
    }

    /// The forge said to a call that a limit is met, which lasts so long: nothing goes before that, nor before a pause
    /// that grows as long as no call of the kind goes well. Whether it may end at all.
    pub fn close(&mut self, kind: Kind, lasts: Duration, now: Timestamp) -> bool {
        let is_open = self.closed_until.is_none_or(|until| until <= now);
        let strikes = match kind {
            Kind::Read => &mut self.strikes.reads,
            Kind::Write => &mut self.strikes.writes,
        };
        // those that were under way together have met the same limit
        *strikes += u32::from(is_open);
        let strikes = *strikes;
        let doublings = strikes.saturating_sub(1).min(MOST_DOUBLINGS);
        let pause = lasts.max(LEAST_PAUSE.saturating_mul(1 << doublings));
        let until = SignedDuration::try_from(pause).ok().and_then(|pause| now.checked_add(pause).ok());
        self.closed_until = self.closed_until.max(until);
        strikes < MOST_STRIKES
    }

    /// A call went well, so that no limit is in the way of its kind; of none, where it has written.
    pub const fn went_well(&mut self, kind: Kind) {
        self.strikes.reads = 0;
        if matches!(kind, Kind::Write) {
            self.strikes.writes = 0;
        }
    }

    /// How long it will take until the last of so many writes is sent, if answers took no time.
    #[must_use]
    pub fn estimate(&self, writes: usize, now: Timestamp) -> Duration {
        let windows = self.writes.iter().map(|meter| {
            // the window's length must pass once for each time that it is filled before the last write
            let most = meter.window.most;
            let full = writes.saturating_sub(1) / most;
            meter.window.span.saturating_mul(u32::try_from(full).unwrap_or(u32::MAX))
        });
        let closed = self.closed_until.map(|until| until.duration_since(now));
        let closed =
            closed.filter(SignedDuration::is_positive).map_or(Duration::ZERO, SignedDuration::unsigned_abs);
        windows.max().unwrap_or_default() + closed
    }
}
