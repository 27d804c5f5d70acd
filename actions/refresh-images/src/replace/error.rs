//! Why a container was not replaced.

use std::time::Duration;

use crate::engine::EngineError;

/// A container that was not replaced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// It is not there, or has changed since it was looked at.
    #[error("the container `{name}` is no longer what it was: nothing was done")]
    Changed {
        /// Its name.
        name: String,
    },
    /// Somebody else is at it.
    #[error("the container `{name}` is being replaced by somebody else: nothing was done")]
    Contended {
        /// Its name.
        name: String,
    },
    /// The image it was made from is not there to tell what is the operator's own.
    #[error(
        "the image `{image}` that the container `{name}` was made from is gone: what it inherited cannot be told"
    )]
    NoOldImage {
        /// The container's name.
        name: String,
        /// The image's id.
        image: String,
    },
    /// A step failed; the old container is as it was.
    #[error("the container `{name}` could not be replaced, and the old one runs")]
    PutBack {
        /// Its name.
        name: String,
        /// What failed.
        source: Box<Fault>,
    },
    /// A step failed, and the old container could not be put back whole.
    #[error("the container `{name}` could not be replaced, and was not put back whole: {trouble}")]
    Lost {
        /// Its name.
        name: String,
        /// The id of the old one.
        old: String,
        /// The id of what was to be new, where it is known.
        new: Option<String>,
        /// What stands in the way.
        trouble: String,
        /// What failed before.
        source: Box<Fault>,
    },
}

/// What failed of a replacement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The old container was asked to end, and whether it will is not known.
    #[error("the old container did not stop")]
    Stop(#[source] EngineError),
    /// The new container did not stay.
    #[error("the new container did not stay up for {settle:?}: {trouble}")]
    Ended {
        /// How long it has to.
        settle: Duration,
        /// What became of it.
        trouble: String,
    },
}
