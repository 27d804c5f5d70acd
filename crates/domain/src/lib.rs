//! The words of the trade: repository and project names, commits, tags, labels, digests, versions and how they
//! grow.
//!
//! Everything here is a value: parsed once at the edge, valid from then on, and free of network, disk,
//! environment and clock. A `&RepoName` in a signature is a promise that a bare `&str` could not make.

mod archive_name;
mod bump;
mod commit;
mod dialect;
mod invalid;
mod label;
mod project;
mod refs;
mod release_tag;
mod repo;
mod runtimes;
mod sha256;
mod tree_path;
mod version;

pub use archive_name::{ArchiveKind, ArchiveName};
pub use bump::Bump;
pub use commit::CommitSha;
pub use dialect::Dialect;
pub use invalid::Invalid;
pub use label::Label;
pub use project::ProjectName;
pub use refs::{BranchName, TagName};
pub use release_tag::{FloatingTag, ReleaseTag, TagPrefix};
pub use repo::RepoName;
pub use runtimes::{RUNTIME_PLACE, known_runtimes, runtime_in};
pub use sha256::Sha256;
pub use tree_path::path_from;
pub use version::{NoTagVersion, PrereleaseKind, package_version, tag_version};

/// The version inside a tag: SemVer 2.0.0, <https://semver.org>.
pub use semver::Version as TagVersion;

/// The version of a Python package: PEP 440, <https://peps.python.org/pep-0440/>.
pub use pep440_rs::Version as PackageVersion;
