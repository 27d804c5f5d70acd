//! Waiting until every target was looked at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts first looks.
pub(super) struct FirstLooks {
    left: AtomicUsize,
    all: Notify,
}

/// A first look that is still to come; one that is given up counts as done.
pub(super) struct FirstLook<'f>(Option<&'f FirstLooks>);

impl FirstLooks {
    pub(super) fn new(count: usize) -> Self {
        Self { left: AtomicUsize::new(count), all: Notify::new() }
    }

    /// One of those that are to come.
    pub(super) fn one(&self) -> FirstLook<'_> {
        FirstLook(Some(self))
    }

    async fn all(&self) {
        loop {
            // whoever is the last between the question and the wait is heard as well
            let last = self.all.notified();
            if self.left.load(Ordering::Relaxed) == 0 {
                return;
            }
            last.await;
        }
    }
}

impl FirstLook<'_> {
    /// It is done: waits for all others, the first time.
    pub(super) async fn done(&mut self) {
        let Some(looks) = self.0 else { return };
        drop(std::mem::replace(self, FirstLook(None)));
        looks.all().await;
    }
}

impl Drop for FirstLook<'_> {
    fn drop(&mut self) {
        let Some(looks) = self.0 else { return };
        if looks.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            looks.all.notify_waiters();
        }
    }
}
