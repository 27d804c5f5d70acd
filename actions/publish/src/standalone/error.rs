//! Why a standalone project could not be built.

use std::io;
use std::path::PathBuf;

use domain::{PackageVersion, ProjectName};
use package::WheelError;
use runner::{Diagnostic, Exit};

use super::pyproject::PyprojectError;
use crate::distribution::DistributionError;
use crate::git::GitError;
use crate::process::ProcessError;

/// Why a standalone project could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandaloneError {
    /// The disk refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// There is no pyproject.toml.
    #[error("could not read `{}`", .path.display())]
    NoPyproject {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be used.
    #[error("`{}`, {error}", .path.display())]
    Pyproject {
        /// Its path.
        path: PathBuf,
        /// Where and why.
        error: PyprojectError,
    },
    /// It names another project than the manifest.
    #[error("pyproject.toml names the project `{found}`, and the manifest names it `{expected}`")]
    Name {
        /// The name in pyproject.toml, or of what was built.
        found: ProjectName,
        /// The name in the manifest.
        expected: ProjectName,
    },
    /// It commits to another version than is to be built.
    #[error("pyproject.toml has the version {committed}, and {wanted} is to be built")]
    CommittedVersion {
        /// The version in the file.
        committed: PackageVersion,
        /// The version of the tag.
        wanted: PackageVersion,
    },
    /// There is no version to write over.
    #[error("the manifest says `stamp = true`, and pyproject.toml leaves the version to the build backend")]
    NothingToStamp,
    /// The backend made another version.
    #[error("the build backend made version {built}, and {wanted} was to be built")]
    BuiltVersion {
        /// The version of what was built.
        built: PackageVersion,
        /// The version of the tag.
        wanted: PackageVersion,
    },
    /// Git does not tell which files there are.
    #[error("could not list the files of the project")]
    Git(#[source] ProcessError),
    /// A name that is no text.
    #[error("`{}` has a name that is not UTF-8", .0.display())]
    Undecodable(PathBuf),
    /// A link to what lies elsewhere.
    #[error("`{}` is a symbolic link to `{}`, which is not in the project", .path.display(), .target.display())]
    LinkOut {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// A socket, pipe or device.
    #[error("`{}` is neither a file nor a folder", .0.display())]
    Special(PathBuf),
    /// The build failed.
    #[error("could not build the project by its own backend")]
    Build(#[source] ProcessError),
    /// What was built cannot be used.
    #[error("what the build backend made cannot be published")]
    Distribution(#[from] DistributionError),
    /// The wheel cannot be proved.
    #[error("could not look into `{file_name}`")]
    Wheel {
        /// The wheel's file name.
        file_name: String,
        /// Why.
        source: WheelError,
    },
    /// Something in the way that no build wrote.
    #[error("`{}` holds `{found}`, which is not of an earlier build of this package", .folder.display())]
    Foreign {
        /// The output folder.
        folder: PathBuf,
        /// What was found in it.
        found: String,
    },
}

impl From<GitError> for StandaloneError {
    fn from(error: GitError) -> Self {
        match error {
            GitError::Process(error) => Self::Git(error),
            GitError::Undecodable(path) => Self::Undecodable(path),
        }
    }
}

impl Diagnostic for StandaloneError {
    fn exit(&self) -> Exit {
        match self {
            Self::Io(_) => Exit::Failed,
            Self::Git(error) | Self::Build(error) => error.exit(),
            _ => Exit::BadInput,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Git(error) | Self::Build(error) => return error.hints(),
            Self::NoPyproject { .. } => {
                "in the layout `standalone` it lies beside the manifest; a folder of bare modules is `layout = \"monorepo\"`"
            }
            Self::Name { .. } => "give both the same name",
            Self::CommittedVersion { .. } => {
                "commit the version before you tag it, or set `stamp = true` in the manifest's `[source]` to have the \
                 tag's version written when it is built"
            }
            Self::NothingToStamp => {
                "remove `stamp`: what the backend makes is held against the tag; or give `[project]` a static `version`"
            }
            Self::BuiltVersion { .. } => {
                "a backend that takes the version from git needs the tag and the commits up to it (`fetch-depth: 0` and \
                 `fetch-tags: true` for actions/checkout); one that takes it from a file needs it committed there"
            }
            Self::Undecodable(_) => "rename it",
            Self::LinkOut { .. } => "replace it by a copy",
            Self::Special(_) => "remove it",
            Self::Foreign { .. } => "name a folder of its own by `out`, or empty this one",
            Self::Distribution(error) => return error.hints(),
            Self::Io(_) | Self::Pyproject { .. } | Self::Wheel { .. } => return Vec::new(),
        };
        vec![hint.to_owned()]
    }
}
