//! Every template told of a release once, and proof of what came of it.
//!
//! A run, from top to bottom:
//!
//! 1. [`inputs`] become settings; [`targets`] are listed, discovered, or both. What is wrong with them ends the run
//!    before anything is sent.
//! 2. [`gate`] waits until the package index serves the version.
//! 3. [`preflight`] looks at all targets at once, and [`mode`] says how each is told and why.
//! 4. [`tell`] does it, target by target and many at a time: [`plan`] says from values what is next, and [`pace`] when
//!    it may be sent. A [`cascade_id`] that follows from source and version makes a second run find what a first one
//!    did.
//! 5. Where it is asked for, a [`receipt`] proves that the image which came of it holds the release.
//! 6. [`report`] tells what came of each: log, summary, outputs, ledger.

pub mod cascade_id;
pub mod error;
pub mod gate;
pub mod inputs;
pub mod mode;
pub mod outcome;
pub mod outputs;
pub mod pace;
pub mod payload;
pub mod plan;
pub mod preflight;
pub mod receipt;
pub mod report;
pub mod targets;
pub mod tell;
pub mod trouble;
pub mod workflows;

mod action;
mod released;
mod run;

pub use action::Cascade;
