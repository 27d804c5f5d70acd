//! A stateful PyPI and Gitea package registry with trusted publishing, for tests and for the demo.
//!
//! A [`LocalIndex`] listens on loopback and speaks one [`Dialect`]: real pip and uv install from it, twine uploads
//! to it. A test sets up what the index holds and whom it trusts, lets the product talk to it, and asserts on what
//! the index holds afterwards:
//!
//! ```
//! use local_index::{Dialect, LocalIndex};
//!
//! let index = LocalIndex::start(Dialect::PyPI);
//! index.publish("alpha", "1.0", "alpha-1.0.tar.gz", "its bytes");
//! assert_eq!(index.files("alpha")[0].version, "1.0");
//! ```
//!
//! - [`IndexHandle`]'s verbs set the index up and read it back;
//! - [`LocalIndex`]'s own make it fail: faults, latency, hooks, and the log of [`Exchange`]s.
//!
//! The Gitea dialect answers to a real Gitea, whose recorded answers are replayed by a test (`recorded/README.md`).
//! PyPI's answers to its documentation and to what pip, uv and twine make of them.

mod archive;
mod asked;
mod core;
mod faults;
mod form;
mod gitea;
mod handle;
mod oidc;
mod pypi;
mod read_back;
mod reply;
mod sample;
mod setup;
mod store;

pub use asked::OPERATIONS;
pub use faults::{garbage, html_for_json, too_many_requests};
pub use handle::{Dialect, IndexHandle, LocalIndex};
pub use loopback::{Exchange, Fault, Mishap, Target, When, count, round_trips};
pub use oidc::{IdTokenSource, Job, Publisher};
pub use read_back::StoredFile;
pub use sample::{Sample, sdist, wheel};
pub use setup::DEFAULT_OWNER;
pub use store::accounts::Role;
