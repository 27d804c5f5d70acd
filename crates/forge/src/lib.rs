//! What a forge can do for a release, on GitHub and on Gitea.
//!
//! [`open`] gives two handles on a repository: a [`Reader`] and a [`Writer`]. Their operations are the release's
//! own (`history`, `create_tag`), never URLs; what the forges do differently stays in `github/` and `gitea/`.
//! Outcomes that a plan expects are values ([`TagOutcome`]); an [`Error`] says what could not be done and what
//! would mend it.

mod app;
mod connection;
mod credential;
mod dispatch;
mod error;
mod gitea;
mod github;
mod handles;
mod model;
mod refs;
mod releases;
mod repository;
mod signer;
mod site;
mod tags;

pub use app::App;
pub use credential::{Credential, MaskSink};
pub use error::Error;
pub use handles::{Files, Reader, WorkflowInputs, Writer, open};
pub use model::*;
pub use refs::{MoveOutcome, TagMove};
pub use releases::{
    Asset, AssetDifference, ReleaseError, ReleaseForecast, ReleaseOutcome, ReleaseRequest, ReleaseState,
};
pub use site::{Capabilities, Dialect, Site};

use domain::CommitSha;
