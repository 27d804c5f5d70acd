//! mirror-guard on real repositories: what publish makes passes at every place, and every attack fails at each.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what a test sets up must work")]

mod attacks;
mod git;
mod guard;
mod hook;
mod places;
mod regenerate;
mod release;
mod stage;
