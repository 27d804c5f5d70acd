//! Telling many targets no faster than a forge allows.
//!
//! [`Pacer`] decides, from values alone; [`Paced`] asks it and waits.

mod hour;
mod limits;
mod meter;
mod pacer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forge::Dialect;
use http_client::Clock;
use jiff::Timestamp;
use tokio::sync::{Mutex as Queue, Notify};

pub use hour::Hour;
pub use limits::{InvalidPace, Limits, Pace, Window};
pub use pacer::{Cost, Kind, Pacer, Turn};

/// A pacer with the clock that it is asked by. Those who wait get their turns in the order in which they came; reads
/// do not queue up behind writes.
pub struct Paced {
    pacer: Mutex<Pacer>,
    clock: Arc<dyn Clock>,
    ended: Notify,
    reads: Queue<()>,
    writes: Queue<()>,
}

/// A call that may be made now, and is under way until this is dropped.
pub struct Permit<'p> {
    paced: &'p Paced,
    cost: Cost,
    is_used: bool,
}

impl Permit<'_> {
    /// Gives it back: the call was not made, and counts for nothing.
    pub fn give_back(mut self) {
        self.is_used = false;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let (cost, is_used) = (self.cost, self.is_used);
        self.paced.with(|pacer, now| if is_used { pacer.end(cost, now) } else { pacer.give_back(cost) });
        self.paced.ended.notify_waiters();
    }
}

impl Paced {
    /// A pacer of a forge of this kind, for a token of which this hour is known. A pace that is given is kept, and no
    /// other limit.
    #[must_use]
    pub fn new(pace: &Pace, dialect: Dialect, hour: Option<Hour>, clock: Arc<dyn Clock>) -> Self {
        let mut pacer = Pacer::new(&pace.limits(dialect));
        if let (Pace::Auto, Some(hour)) = (pace, hour) {
            pacer.keep_to(hour);
        }
        Self {
            pacer: Mutex::new(pacer),
            clock,
            ended: Notify::new(),
            reads: Queue::default(),
            writes: Queue::default(),
        }
    }

    /// Waits for a turn.
    pub async fn turn(&self, cost: Cost) -> Permit<'_> {
        let queue = if cost.writes > 0 { &self.writes } else { &self.reads };
        let _first = queue.lock().await;
        loop {
            // whoever ends between the question and the wait is heard as well
            let ended = self.ended.notified();
            match self.with(|pacer, now| pacer.ask(cost, now)) {
                Turn::Go => return Permit { paced: self, cost, is_used: true },
                Turn::Wait(pause) => self.clock.sleep(pause).await,
                Turn::Full => ended.await,
            }
        }
    }

    /// An earlier run made a write at this time.
    pub fn note_write(&self, at: Timestamp) {
        self.with(|pacer, _| pacer.note_write(at));
    }

    /// A call has met a limit that lasts so long. Whether it may end at all.
    pub fn close(&self, kind: Kind, lasts: Duration) -> bool {
        self.with(|pacer, now| pacer.close(kind, lasts, now))
    }

    /// A call went well, so that no limit is in the way of its kind.
    pub fn went_well(&self, kind: Kind) {
        self.with(|pacer, _| pacer.went_well(kind));
    }

    /// How long so many writes will take.
    #[must_use]
    pub fn estimate(&self, writes: usize) -> Duration {
        self.with(|pacer, now| pacer.estimate(writes, now))
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Pacer, Timestamp) -> T) -> T {
        let now = self.clock.now();
        // a pacer is whole between any two of its calls
        ask(&mut self.pacer.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}
