//! Why a release on disk cannot be published.

use std::path::PathBuf;

use runner::{Diagnostic, Exit};

use super::core_metadata::MetadataError;

/// Why a release on disk cannot be published. All of it is found before any request is made.
#[derive(Debug, thiserror::Error)]
pub enum DistributionError {
    /// A file or folder cannot be read.
    #[error("could not read the release in `{}`", .path.display())]
    Unreadable {
        /// The folder, or the file.
        path: PathBuf,
        /// Why; it names the file.
        source: std::io::Error,
    },
    /// The folder does not hold exactly one wheel and one sdist.
    #[error(
        "`{}` must hold one wheel and one sdist of one version, and holds {}",
        .folder.display(),
        listed(.found)
    )]
    NotOneRelease {
        /// The folder.
        folder: PathBuf,
        /// The names of all files that are there.
        found: Vec<String>,
    },
    /// Wheel and sdist belong to different releases.
    #[error("`{}` holds `{wheel}` and `{sdist}`, which are not of one release: their {differing} differ", .folder.display())]
    TwoReleases {
        /// The folder.
        folder: PathBuf,
        /// The wheel's name.
        wheel: String,
        /// The sdist's name.
        sdist: String,
        /// What differs: `names` or `versions`.
        differing: &'static str,
    },
    /// A file is larger than is read into memory.
    #[error("`{}` is {size} bytes, more than the {limit} that are uploaded at most", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A file's name is not that of a distribution.
    #[error("the name of `{}` is not that of a distribution: {why}", .path.display())]
    Misnamed {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// A file is not the archive that its name says.
    #[error("`{}` cannot be read as a distribution: {why}", .path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The core metadata in a file cannot be read.
    #[error("the core metadata in `{}` cannot be read", .path.display())]
    Metadata {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: MetadataError,
    },
    /// File name and core metadata contradict each other.
    #[error("the core metadata in `{}` says {field} `{told}`, where the file's name says `{named}`", .path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// `name` or `version`.
        field: &'static str,
        /// What the metadata says.
        told: String,
        /// What the name says.
        named: String,
    },
}

fn listed(found: &[String]) -> String {
    if found.is_empty() {
        return "nothing".to_owned();
    }
    found.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Diagnostic for DistributionError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { source, .. } if source.kind() != std::io::ErrorKind::NotFound => Exit::Failed,
            _ => Exit::BadInput,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "build first, or name the folder that a build wrote its archives to"
            }
            Self::Unreadable { .. } => return Vec::new(),
            Self::NotOneRelease { .. } | Self::TwoReleases { .. } => {
                "publish from a fresh folder: older archives in it would go out too"
            }
            Self::TooLarge { .. } => "leave files out of the package that do not belong to it",
            Self::Misnamed { .. }
            | Self::NotAnArchive { .. }
            | Self::Metadata { .. }
            | Self::Contradiction { .. } => "build the archive again, and do not rename it",
        };
        vec![hint.to_owned()]
    }
}
