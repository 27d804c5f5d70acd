//! From the source of a Python runtime to a release that the index confirms.
//!
//! `stages` is the order of things. A run, from top to bottom:
//!
//! 1. [`version`]: the version of a tag, or the one that was given, or the one that follows those of the index;
//!    [`stamp`]: the time that archives carry.
//! 2. [`source`], [`build`], [`output`]: a folder of bare modules becomes a package, a proof and archives, purely, by
//!    the crate `package`; all of it is written down at once, or nothing. [`standalone`] has a project's own backend
//!    build it, and holds the wheel to the same proof.
//! 3. [`smoke`]: the wheel is installed by [`uv`] as users install it, and tried.
//! 4. [`distribution`], [`upload`]: what the index lacks is sent, each file exactly once.
//! 5. [`confirm`]: the index serves it, byte for byte, and it installs from there.
//! 6. [`mirror`](mod@mirror): the rewritten tree goes to a repository of its own, as a signed commit.
//! 7. [`report`]: log, summary, and everything as JSON.

pub mod build;
pub mod confirm;
pub mod distribution;
pub mod error;
pub mod forge_release;
pub mod git;
pub mod inputs;
pub mod mirror;
pub mod output;
pub mod outputs;
pub mod process;
pub mod report;
pub mod smoke;
pub mod source;
pub mod stamp;
pub mod standalone;
pub mod upload;
pub mod uv;
pub mod version;

mod action;
mod stages;

pub use action::Publish;
