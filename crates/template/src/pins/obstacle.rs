//! What keeps a version from being edited.

use std::fmt;

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
    /// More than one specifier.
    #[error("the version is bounded by `{0}` as well")]
    Bounded(String),
    /// A version that is put together from pieces.
    #[error("the version does not stand in one piece here: variables or quotes make it up")]
    InPieces,
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
            Self::Bounded(_) => "pin the project by `==` alone",
            Self::InPieces => {
                "write `name==version` as one word, or take the version from one `ARG` with a default"
            }
        }
    }
}
