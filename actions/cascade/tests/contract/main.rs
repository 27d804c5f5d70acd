//! The real binary against a forge that holds state: one suite, both dialects.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

#[macro_use]
mod stage;
mod ran;

mod bad_inputs;
mod events;
mod token;
