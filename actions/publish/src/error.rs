//! Why a run failed.

use std::path::{Path, PathBuf};

use domain::{PackageVersion, ProjectName};
use package::{BuildError, ManifestError};
use runner::{Diagnostic, Exit};

use crate::output::OutputError;
use crate::source::SourceError;

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// What this process holds could not be closed to those that it starts.
    #[error("could not close this process to the programs that it starts, which could read its tokens")]
    Seal(#[source] std::io::Error),
    /// The manifest cannot be read.
    #[error("could not read the manifest `{}`", .path.display())]
    NoManifest {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The manifest is wrong.
    #[error("`{}`, {error}", .path.display())]
    Manifest {
        /// Its path.
        path: PathBuf,
        /// Where and why.
        error: ManifestError,
    },
    /// The source folder cannot be read.
    #[error("could not read the source")]
    Source(#[from] SourceError),
    /// The package cannot be made.
    #[error("could not build the package")]
    Build(#[from] BuildError),
    /// The package cannot be written down.
    #[error("could not write the package")]
    Output(#[from] OutputError),
    /// The output folder holds another project.
    #[error("`{}` holds a release of `{found}`, and the manifest is of `{expected}`", .folder.display())]
    OtherProject {
        /// The folder.
        folder: PathBuf,
        /// The project found there.
        found: ProjectName,
        /// The manifest's.
        expected: ProjectName,
    },
    /// The output folder holds another version.
    #[error("`{}` holds version {found}, and the version asked for is {wanted}", .folder.display())]
    OtherVersion {
        /// The folder.
        folder: PathBuf,
        /// The version found there.
        found: PackageVersion,
        /// The inputs' version.
        wanted: PackageVersion,
    },
    /// A page on the forge is asked for, and no tag is known.
    #[error("`release` asks for a release on the forge, and the run is for no tag")]
    PageWithoutTag,
    /// A page on the forge is asked for, and there is no token to make it with.
    #[error("`release` asks for a release on the forge, and `forge-token` is not set")]
    PageWithoutToken,
    /// The forge cannot be reached with what is set.
    #[error("could not prepare the release on the forge")]
    Forge(#[source] forge::Error),
    /// The report would lie among what a build writes, and the next build would not replace what holds it.
    #[error("the report `{}` lies in the output folder `{}`, which holds the package alone", .path.display(), .out.display())]
    ReportInOut {
        /// The report.
        path: PathBuf,
        /// The output folder.
        out: PathBuf,
    },
    /// The report cannot be written.
    #[error("could not write the report `{}`", .path.display())]
    Report {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl PublishError {
    /// Reads the manifest's text.
    pub(crate) fn no_manifest(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::NoManifest { path, source }
    }
}

impl Diagnostic for PublishError {
    fn exit(&self) -> Exit {
        match self {
            Self::Seal(_) | Self::Source(SourceError::Io(_)) | Self::Report { .. } => Exit::Failed,
            Self::NoManifest { .. }
            | Self::Manifest { .. }
            | Self::Source(_)
            | Self::Build(_)
            | Self::OtherProject { .. }
            | Self::OtherVersion { .. }
            | Self::PageWithoutTag
            | Self::PageWithoutToken
            | Self::ReportInOut { .. }
            | Self::Forge(_) => Exit::BadInput,
            Self::Output(error) => error.exit(),
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::NoManifest { .. } => {
                Some("set `manifest` to its path, and check out the repository before this step".to_owned())
            }
            Self::OtherProject { .. } | Self::OtherVersion { .. } => {
                Some("build it first, or set `out` to the folder of the build that is meant".to_owned())
            }
            Self::PageWithoutTag => Some("set `tag`, or start the run at the tag".to_owned()),
            Self::PageWithoutToken => Some("give the job `contents: write` and its token".to_owned()),
            Self::ReportInOut { .. } => Some("write it elsewhere by `report`".to_owned()),
            Self::Source(error) => error.hint().map(str::to_owned),
            Self::Build(error) => error.hint(),
            Self::Output(error) => error.hint(),
            Self::Seal(_) | Self::Manifest { .. } | Self::Forge(_) | Self::Report { .. } => None,
        };
        hint.into_iter().collect()
    }
}
