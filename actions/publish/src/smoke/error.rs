//! Why a package could not be tried.

use std::io;
use std::path::PathBuf;

use runner::{Diagnostic, Exit};

use super::installation::Builds;
use crate::process::ProcessError;

/// What is said where a dependency may lack a wheel.
const NOT_BUILT: &str = "dependencies are installed from wheels only, since what builds one runs in a job that may \
    publish: depend on a version that has a wheel, or set `build-dependencies`";

/// Why a package could not be tried. What does not work once it is installed is no such error, but in the
/// [report](super::SmokeReport).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmokeError {
    /// No folder to try it in.
    #[error("could not make a folder to try the package in")]
    Scratch(#[from] io::Error),
    /// What a wheel says it depends on cannot be asked of an index.
    #[error("`{wheel}` depends on something that cannot be installed from an index")]
    Requirement {
        /// The wheel's file name.
        wheel: String,
        /// Which, and why.
        source: package::manifest::InvalidWord,
    },
    /// The path of the wheel can be no URL.
    #[error("`{}` has a name that no address can hold", .0.display())]
    Path(PathBuf),
    /// No environment.
    #[error("could not make a virtual environment with {python}")]
    Environment {
        /// Which Python was asked for.
        python: String,
        /// Why.
        source: Box<ProcessError>,
    },
    /// The package cannot be installed.
    #[error("could not install `{what}` from {origin}")]
    Package {
        /// The wheel's file name, or name and version.
        what: String,
        /// The file or the index.
        origin: String,
        /// Why.
        source: Box<ProcessError>,
    },
    /// What it depends on cannot be installed.
    #[error("could not install what `{wheel}` depends on from {index}: {requirements}")]
    Dependencies {
        /// The wheel's file name.
        wheel: String,
        /// The index.
        index: String,
        /// What it depends on.
        requirements: String,
        /// Whether what has no wheel may be built.
        builds: Builds,
        /// Why.
        source: Box<ProcessError>,
    },
    /// The interpreter does not tell what is installed.
    #[error("could not ask Python what is installed: {0}")]
    Inspection(String),
    /// Something else than the package is installed.
    #[error("`{project}` is installed as {found}, and not as {expected}")]
    NotThePackage {
        /// The project.
        project: String,
        /// What is installed.
        found: String,
        /// What should be.
        expected: String,
    },
    /// A process could not be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
}

impl Diagnostic for SmokeError {
    fn exit(&self) -> Exit {
        match self {
            Self::Requirement { .. } | Self::Path(_) => Exit::BadInput,
            Self::Environment { source, .. } => source.exit(),
            Self::Process(source) => source.exit(),
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let from_source = match self {
            Self::Environment { source, .. }
            | Self::Package { source, .. }
            | Self::Dependencies { source, .. } => source.hints(),
            Self::Process(source) => return source.hints(),
            _ => Vec::new(),
        };
        let own = match self {
            Self::Environment { source, .. } if matches!(**source, ProcessError::Failed { .. }) => {
                "install such a Python, or name one that is there by `python`; the package's `requires-python` decides \
                 which will do"
            }
            Self::Dependencies { source, .. } if matches!(**source, ProcessError::Failed { .. }) => {
                "correct `dependencies`, or set `dependency-index-url` to the index that has them: dependencies come \
                 from one index only, and never from that of the package"
            }
            Self::Requirement { .. } => "depend on a published version of it",
            Self::Scratch(_) => "set `TMPDIR` to a folder with room",
            _ => return from_source,
        };
        let wheels_only = matches!(self, Self::Dependencies { builds: Builds::Refused, .. });
        let unbuilt = wheels_only.then(|| NOT_BUILT.to_owned());
        from_source.into_iter().chain(unbuilt).chain([own.to_owned()]).collect()
    }
}
