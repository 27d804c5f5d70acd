//! From merged pull requests to the next release tag.
//!
//! A run, from top to bottom:
//!
//! 1. [`occasion`]: the event says which commit is to be released, or which pull request to foretell.
//! 2. [`gather`]: what the forge holds becomes [`facts`]: [`tags`], commits, pull requests; and what a package index
//!    holds is [`published`].
//! 3. [`plan`]: facts become a verdict and steps, purely; [`attribute`] says which pull requests brought the
//!    commits, [`decide`] what their labels ask for, [`version`] what follows, [`wait`] whether it is too early.
//!    What they leave open are questions to the forge, and [`answers`] to them.
//! 4. [`apply`]: one step at a time, planning anew after each.
//! 5. [`report`]: outputs, summary, log. For a pull request [`preview`] makes the merge in thought and
//!    judges that, and [`comment`] stands in for 4.

pub mod answers;
pub mod apply;
pub mod attribute;
pub mod comment;
pub mod decide;
pub mod error;
pub mod facts;
pub mod gather;
pub mod inputs;
pub mod message;
pub mod named;
pub mod occasion;
pub mod outputs;
pub mod paths;
pub mod plan;
pub mod preview;
pub mod published;
pub mod report;
pub mod settings;
pub mod tags;
pub mod version;
pub mod version_file;
pub mod wait;

mod action;
#[cfg(test)]
mod fixtures;

pub use action::AutoTag;
