//! What ends this process ends its children too, and leaves nothing half-written.
//!
//! A child in a process group of its own hears no Ctrl-C, and would go on alone: a server that the smoke test
//! started, for ever. So a signal that comes while a child runs ends the child, and the run in an error, on whose way
//! temporary folders are removed; the same while files are written. At any other time it has its usual effect.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// What a person or a runner ends a process by.
const SIGNALS: [i32; 3] = [SIGHUP, SIGINT, SIGTERM];

/// Signals are the process's, so there is one watch for everything in it.
static WATCH: OnceLock<Watch> = OnceLock::new();

struct Watch {
    /// Whether nothing is guarded, so that a signal has its usual effect at once.
    is_idle: Arc<AtomicBool>,
    /// The signal that came while something was, or 0.
    received: Arc<AtomicUsize>,
    /// How many children run, and writings go on.
    guarded: Mutex<usize>,
}

impl Watch {
    fn begin() -> io::Result<&'static Self> {
        if let Some(watch) = WATCH.get() {
            return Ok(watch);
        }
        let watch = Self {
            is_idle: Arc::new(AtomicBool::new(true)),
            received: Arc::default(),
            guarded: Mutex::default(),
        };
        for signal in SIGNALS {
            flag::register_conditional_default(signal, Arc::clone(&watch.is_idle))?;
            flag::register_usize(signal, Arc::clone(&watch.received), signal.unsigned_abs() as usize)?;
        }
        Ok(WATCH.get_or_init(|| watch))
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut guarded = self.guarded.lock().unwrap_or_else(PoisonError::into_inner);
        *guarded = change(*guarded);
        self.is_idle.store(*guarded == 0, Ordering::SeqCst);
    }
}

/// The time in which a child runs, or files are written.
pub(crate) struct Guarded(&'static Watch);

impl Guarded {
    /// From now on, signals are noted and have no other effect.
    pub(crate) fn begin() -> io::Result<Self> {
        let watch = Watch::begin()?;
        watch.count(|guarded| guarded + 1);
        Ok(Self(watch))
    }

    /// The signal that came since the first of them began, if one did.
    pub(super) fn signal(&self) -> Option<usize> {
        Some(self.0.received.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
    }

    /// Whether work may go on: to be asked between its steps, and after the last.
    ///
    /// # Errors
    /// When a signal came.
    pub(crate) fn check(&self) -> io::Result<()> {
        match self.signal() {
            None => Ok(()),
            Some(signal) => Err(io::Error::new(
                io::ErrorKind::Interrupted,
                format!("this run was interrupted by signal {signal}"),
            )),
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.0.count(|guarded| guarded.saturating_sub(1));
    }
}
