//! The index as its clients meet it.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod client;
mod faults;
mod pypi;
mod simple;
mod trust;
