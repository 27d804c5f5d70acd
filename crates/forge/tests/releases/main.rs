//! Releases against a forge that holds state: one suite, both dialects.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

#[macro_use]
mod stage;

mod completing;
mod faults;
mod publishing;
mod races;
mod refusals;
