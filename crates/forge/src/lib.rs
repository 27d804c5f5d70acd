//! What a forge can do for a release, on GitHub and on Gitea: in the repository that is released, and in those that
//! must hear of it.
//!
//! [`open`] gives two handles on one repository: a [`Reader`] and a [`Writer`]. A [`Forge`] gives those on many, and what
//! is asked of many together. Their operations are the release's own (`history`, `create_tag`), never URLs; what the
//! forges do differently stays in `github/` and `gitea/`. Outcomes that a plan expects are values ([`TagOutcome`]), and
//! so is all that may come of a write that must not be sent twice ([`Answer`]); an [`Error`] says what could not be
//! done and what would mend it.

mod answer;
mod app;
mod changes;
mod connection;
mod credential;
mod dispatch;
mod error;
mod forge;
mod gitea;
mod github;
mod handles;
mod merging;
mod model;
mod owner;
mod pull_requests;
mod refs;
mod releases;
mod repository;
mod rights;
mod runs;
mod signer;
mod site;
mod survey;
mod tags;
mod trees;
mod way;
mod who;

pub use answer::{Answer, Limited, Reason, Refused};
pub use app::App;
pub use changes::{CommitOutcome, FileChange, NewCommit, blob_id};
pub use credential::{Credential, MaskSink};
pub use dispatch::StartedRun;
pub use domain::Dialect;
pub use error::Error;
pub use forge::Forge;
pub use handles::{EventPayload, Files, Reader, WorkflowInputs, Writer, open};
pub use merging::{MergeOutcome, MergeStanding, MergeStyle};
pub use model::*;
pub use owner::{InvalidOwner, Owner};
pub use pull_requests::{NewPull, OwnPull, PullClosing, PullOpening};
pub use refs::{BranchDeletion, MoveOutcome, TagMove};
pub use releases::{
    Asset, AssetDifference, ReleaseError, ReleaseForecast, ReleaseOutcome, ReleaseRequest, ReleaseState,
};
pub use repository::{RepositoryLookup, RepositoryState};
pub use rights::Right;
pub use runs::{Conclusion, RunList, RunProgress, RunSeen};
pub use site::{Capabilities, Site};
pub use survey::{Survey, Surveyed, WorkflowFile, Workflows};
pub use trees::{BranchCommit, Signature, TreeFile};
pub use who::{Quota, Who};

use domain::CommitSha;
