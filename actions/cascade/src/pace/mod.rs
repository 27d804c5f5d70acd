//! Telling many targets no faster than a forge allows.
//!
//! [`Pacer`] decides, from values alone; [`Paced`] asks it and waits.

mod hour;
mod limits;
mod pacer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forge::Dialect;
use http_client::Clock;
use jiff::Timestamp;
use tokio::sync::{Mutex as Queue, Notify};

pub use hour::Hour;
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
