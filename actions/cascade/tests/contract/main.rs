//! The real binary against a forge that holds state: one suite, both dialects.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]

#[macro_use]
mod stage;
mod ran;

mod apps;
mod bad_inputs;
mod bumps;
mod busy_runners;
mod correlation;
mod discovery;
mod doctor;
mod ending;
mod events;
mod faults;
mod gate;
mod limits;
mod lost_answers;
mod manifest;
mod overlap;
mod pins;
mod proof;
mod receipts;
mod thousand;
mod token;
mod whose;
