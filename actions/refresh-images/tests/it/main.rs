//! The program against an engine and a registry that are made up: what it asks, and what it makes of odd answers.
//!
//! What a real engine makes of it is tried by `cargo xtask e2e hosts`.

#![expect(clippy::unwrap_used, reason = "a step of a test that fails has failed the test")]

mod asking;
mod ending;
mod engine;
mod engines;
mod examples;
mod host;
mod limits;
mod mending;
mod removing;
mod replacing;
mod serving;
