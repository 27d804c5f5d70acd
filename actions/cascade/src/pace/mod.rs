//! Telling many targets no faster than a forge allows.
//!
//! [`Pacer`] decides, from values alone; [`Paced`] asks it and waits.

mod limits;
mod pacer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_client::Clock;
use jiff::Timestamp;
use tokio::sync::{Mutex as Queue, Notify};

pub use limits::{InvalidPace, Limits, Pace, Window};
pub use pacer::{Cost, Pacer, Turn};

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
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.paced.with(|pacer, now| pacer.end(self.cost, now));
        self.paced.ended.notify_waiters();
    }
}

impl Paced {
    /// A pacer of these limits.
    #[must_use]
    pub fn new(limits: &Limits, clock: Arc<dyn Clock>) -> Self {
        Self {
            pacer: Mutex::new(Pacer::new(limits)),
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
                Turn::Go => return Permit { paced: self, cost },
                Turn::Wait(pause) => self.clock.sleep(pause).await,
                Turn::Full => ended.await,
            }
        }
    }

    /// An earlier run made a write at this time.
    pub fn note_write(&self, at: Timestamp) {
        self.with(|pacer, _| pacer.note_write(at));
    }

    /// A limit was met that lasts so long. Whether it may end at all.
    pub fn close(&self, lasts: Duration) -> bool {
        self.with(|pacer, now| pacer.close(lasts, now))
    }

    /// Something was written, so that no limit is in the way.
    pub fn went_well(&self) {
        self.with(|pacer, _| pacer.went_well());
    }

    /// Keeps all requests within what the token may ask in an hour.
    pub fn keep_to(&self, limit: usize, used: usize, resets_at: Timestamp) {
        self.with(|pacer, _| pacer.keep_to(limit, used, resets_at));
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
