//! A stateful GitHub and Gitea over real bare git repositories, for tests and for the demo.
//!
//! A [`LocalForge`] listens on loopback and speaks one [`Dialect`]: its REST API and git's smart HTTP, so
//! that real `git clone`, `git push` and `git ls-remote` work against it. Commits, refs and tags lie in
//! bare repositories in a temporary folder and nowhere else; pull requests, labels, comments, runs,
//! releases, rules and tokens in one world that knows no dialect. So a test fakes the forge's *state*,
//! lets the product talk to it, and asserts on what the forge holds afterwards:
//!
//! ```
//! use local_forge::{Dialect, LocalForge, MergeStyle, NewPull};
//!
//! let forge = LocalForge::start(Dialect::Gitea);
//! forge.repo("acme/core");
//! let pull = forge.pull_request("acme/core", &NewPull { labels: &["release:minor"], ..NewPull::titled("Add x") });
//! let merged = forge.merge("acme/core", pull.number, MergeStyle::Squash);
//! assert_eq!(forge.head("acme/core", "main"), merged);
//! ```
//!
//! - [`ForgeHandle`]'s verbs set the world up and read it back;
//! - [`LocalForge`]'s own make it fail: faults, latency, hooks, and the log of [`Exchange`]s.
//!
//! The Gitea dialect answers to a real Gitea, whose recorded answers are replayed by a test
//! (`recorded/README.md`); the GitHub dialect to GitHub's published fixtures and API description.

#![expect(
    clippy::result_large_err,
    reason = "the error of a handler is an answer that came early, and no larger than the other one"
)]

#[expect(clippy::must_use_candidate, reason = "a verb acts; what it returns is a courtesy")]
mod apps;
mod conditions;
mod core;
mod effects;
mod environment;
mod events;
mod git;
mod gitea;
mod github;
mod handle;
mod limiter;
mod limits;
#[cfg(feature = "openapi")]
pub mod openapi;
mod read_back;
mod routing;
#[expect(clippy::must_use_candidate, reason = "a verb acts; what it returns is a courtesy")]
mod setup;
mod smart_http;
mod world;

pub use apps::{NewApp, TEST_APP_PRIVATE_KEY, TEST_APP_PUBLIC_KEY};
pub use events::{JobEvent, PullAction};
pub use handle::{Dialect, ForgeHandle, LocalForge, Role};
pub use limiter::{Limit, Usage};
pub use limits::{most_at_once, overload, primary_limit, secondary_limit};
pub use loopback::{Exchange, Fault, Mishap, Target, When, count, round_trips};
pub use read_back::{Dispatched, PullComment, PullView, TagView};
pub use setup::{AttachedAsset, NewPull, NewRepo, OpenedPull, PublishedRelease};
pub use world::pulls::MergeStyle;
pub use world::runs::Conclusion;
pub use world::tokens::{Access, Permission, Permissions};
