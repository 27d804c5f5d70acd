//! From a folder of bare modules to a proven, reproducible wheel and sdist.
//!
//! A run, from top to bottom:
//!
//! 1. [`version`]: the version of a tag, or the one that was given; [`stamp`]: the time that archives carry.
//! 2. [`source`]: the folder on disk becomes a tree of files.
//! 3. [`build`]: the tree becomes a package, a proof and archives, purely, by the crate `package`.
//! 4. [`output`]: all of it is written down at once, or nothing.
//! 5. [`report`]: log, summary, and every edit as JSON.

pub mod build;
pub mod confirm;
pub mod distribution;
pub mod error;
pub mod inputs;
pub mod output;
pub mod outputs;
pub mod ownership;
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

pub use action::Publish;
