//! Whether a workspace template keeps its contract, and precisely what to mend where it does not.
//!
//! A run, from top to bottom:
//!
//! 1. [`inputs`] are declared, `request` turns them into one task; [`contract`] holds what is asked of templates.
//! 2. [`folder`] reads a template within bounds, [`facts`] understands its files. Nothing of it is run.
//! 3. [`rules`] judge the facts, `ignore` takes out what a comment asks to, with a reason: [`judge`] does both.
//! 4. [`report`] is what was found; [`render`] makes of it what people, GitHub, and programs read; [`fix`] mends.
//!
//! [`probe`] is the second mode: a program that the built image's own Python runs, and the judgement of its report.

pub mod contract;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod folder;
pub mod inputs;
pub mod judge;
pub mod mirror_guard;
pub mod outputs;
pub mod probe;
pub mod render;
pub mod report;
pub mod rules;
pub mod secrets;

mod action;
mod crowd;
mod ignore;
mod manual;
mod redaction;
mod request;

pub use action::ValidateTemplate;
pub use manual::{Page, pages};
