//! What keeps a version from being edited.

use std::fmt;

use domain::PackageVersion;
use pep440_rs::VersionSpecifier;
use text::Position;

/// A place that decides on the project's version and cannot be edited to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The file.
    pub file: String,
    /// The place.
    pub position: Position,
    /// What is in the way.
    pub kind: ObstacleKind,
    /// Which versions it lets through as it is.
    pub allows: Allows,
}

/// Which versions a place lets through that no edit changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allows {
    /// That cannot be told.
    Unknown,
    /// This one alone.
    Only(PackageVersion),
    /// Those that all of these let through.
    Within(Vec<VersionSpecifier>),
}

impl Obstacle {
    /// Whether the repository cannot have this version as long as it stands there.
    #[must_use]
    pub fn is_in_the_way_of(&self, version: &PackageVersion) -> bool {
        match &self.allows {
            Allows::Unknown => true,
            Allows::Only(only) => only != version,
            Allows::Within(specifiers) => !specifiers.iter().all(|specifier| specifier.contains(version)),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}:{}`: {}", self.file, self.position, self.kind)
    }
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObstacleKind {
    /// The file cannot be read as what it is taken for.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// A version file that holds something else.
    #[error("expected one version and nothing else, found `{0}`")]
    NoVersion(String),
    /// The archive's digest belongs to the version.
    #[error("the requirement is pinned by `--hash`, and the new version's digests are not known here")]
    Hashes,
    /// A requirement that names an address.
    #[error("the project is installed from `{0}`")]
    Address(String),
    /// Something else than one `==`.
    #[error("the version is bounded by `{0}`")]
    Bounded(String),
    /// A version that is put together from pieces.
    #[error("the version does not stand in one piece here: variables or quotes make it up")]
    InPieces,
    /// Another project takes its version from the same variable.
    #[error("the version comes from `{0}`, which decides on another project as well")]
    Shared(String),
    /// A line about the project that cannot be read.
    #[error("what is said of the project cannot be read: {0}")]
    Unread(String),
    /// A file that may say something of the project.
    #[error("what is included here is not read: {0}")]
    Include(String),
    /// The file is a symbolic link; to where.
    #[error("the file is a link to `{0}`")]
    Link(String),
    /// A lock file holds the version with its digests.
    #[error("a lock file holds it at {0}")]
    Locked(PackageVersion),
}

impl ObstacleKind {
    /// What would mend it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "store the file as UTF-8 text that its tools can read",
            Self::NoVersion(_) => "write one version such as `1.4.0` into the file, or delete it",
            Self::Hashes => {
                "leave `--hash` out for this project, or bump it by the tool that made the hashes"
            }
            Self::Address(_) => "pin the project by version, `name==1.4.0`",
            Self::Bounded(_) => "pin the project by `==` alone, or widen the bounds",
            Self::Shared(_) => "give each project a variable of its own",
            Self::Unread(_) => "write `name==1.4.0`, one on a line",
            Self::Include(_) => {
                "put the file into the repository, or name the files with pins in the manifest, which vouches for them"
            }
            Self::Link(_) => "name the file itself, not the link",
            Self::Locked(_) => "bump it by the tool that made the lock file",
            Self::InPieces => {
                "write `name==version` as one word, or take the version from one `ARG` with a default"
            }
        }
    }
}
