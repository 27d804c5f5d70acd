//! What to do next for one target: values in, a value out. No clock, no network.
//!
//! - [`telling`]: by runs that an event or a start leads to.
//! - [`bumping`]: by a pull request.

pub mod bumping;
pub mod telling;

use std::time::Duration;

/// How long to wait before looking again at what began so long ago: ever longer, and never very long.
#[must_use]
pub(crate) fn pause(since: Duration) -> Duration {
    (since / 2).clamp(Duration::from_millis(250), Duration::from_secs(15))
}
