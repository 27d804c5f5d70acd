//! That the run is to end before it is done.

use std::cell::Cell;
use std::future::Future;

use futures_util::future::{Either, select};
use tokio::sync::Notify;

use crate::trouble::Trouble;

/// Whether the run is to end, and those who wait for that.
#[derive(Debug, Default)]
pub struct Stop {
    signal: Cell<Option<&'static str>>,
    asked: Notify,
}

impl Stop {
    /// Has the run end, because of this signal.
    pub fn ask(&self, signal: &'static str) {
        self.signal.set(Some(signal));
        self.asked.notify_waiters();
    }

    /// Whether it was asked for, and by what signal.
    #[must_use]
    pub fn is_asked(&self) -> Option<&'static str> {
        self.signal.get()
    }

    /// Waits until it is asked for.
    pub async fn asked(&self) -> &'static str {
        loop {
            let asked = self.asked.notified();
            if let Some(signal) = self.signal.get() {
                return signal;
            }
            asked.await;
        }
    }

    /// What a future comes to, unless the run is to end before.
    ///
    /// # Errors
    /// The signal.
    pub async fn unless<T>(&self, future: impl Future<Output = T>) -> Result<T, &'static str> {
        match select(Box::pin(future), Box::pin(self.asked())).await {
            Either::Left((value, _)) => Ok(value),
            Either::Right((signal, _)) => Err(signal),
        }
    }

    /// What came between, as it is to be said of every target that is not at its end.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        let what = format!("the run was ended by {}", self.signal.get()?);
        Some(Trouble::new("interrupted", what).mended_by("run again"))
    }
}
