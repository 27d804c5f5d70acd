//! Whether a mirror is publish's work and nothing else: the second action of this program.
//!
//! A run, from top to bottom:
//!
//! 1. [`inputs`] are declared; `occasion` tells what is to be judged: a push, a pull request, all that stands there.
//! 2. `gather` reads git's objects, without a git binary: the commits, their files, and what they stand on.
//! 3. [`mirror::judge()`] judges; `rebuild`, where it is asked for, makes the files again from their source.
//! 4. `report` says what was found, why it matters, and how the change gets to where it belongs.
//!
//! The trust root is an input. Nothing of the repository that is judged is believed, its configuration and its hooks
//! least of all, and no input switches a check off.

mod action;
mod error;
mod gather;
pub mod inputs;
mod occasion;
pub mod outputs;
mod rebuild;
mod report;

pub use action::MirrorGuard;
