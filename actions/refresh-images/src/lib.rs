//! The images of a host's workspaces kept at what the registry has, and its containers on them.
//!
//! A refresh, from top to bottom:
//!
//! 1. [`inputs`] become settings; the [`engine`] is reached, and a [`claim`] keeps other refreshes of this host out.
//! 2. [`leftovers`] of a refresh that was killed, and what its [`journal`] says was begun, are brought to an end.
//! 3. [`images`]: each runtime's tag is resolved, and what differs is pulled by digest and becomes the local tag.
//! 4. [`containers`]: a pure plan says which run an image that is no longer the tag's, and what of their settings is the
//!    operator's own.
//! 5. [`replace`] puts a new container in the place of each, and the old one back when anything fails.
//!
//! [`watch`] does so whenever a digest changes, [`serve`] whenever it is asked to. At the [`ending`] what was begun is
//! finished.

pub mod claim;
pub mod containers;
pub mod ending;
pub mod engine;
pub mod error;
pub mod images;
pub mod inputs;
pub mod journal;
pub mod leftovers;
pub mod outcome;
pub mod refresh;
pub mod replace;
pub mod serve;
pub mod watch;

mod action;
mod dry_run;
mod mend;

pub use action::RefreshImages;
