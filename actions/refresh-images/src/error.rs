//! Why a refresh as a whole could not be done. What is wrong with one runtime is told in the outcome.

use std::path::PathBuf;
use std::time::Duration;

use registry::RegistryError;
use runner::{Diagnostic, Exit};

use crate::engine::EngineError;

/// Why a refresh as a whole could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshError {
    /// The engine cannot be reached, or does not tell of its containers.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Another refresh does not end.
    #[error("another refresh of this host has not ended within {seconds} s")]
    Busy {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The program was asked to end before anything was done.
    #[error("{by} ended the run before anything was done")]
    Ended {
        /// Who asked.
        by: String,
    },
    /// The folder that keeps refreshes apart cannot be used.
    #[error("could not keep `{path}`")]
    State {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The address cannot be listened on.
    #[error("could not listen on `{address}`")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system lets nobody wait for its signals.
    #[error("could not wait for the signals that end this program")]
    Signals(#[source] std::io::Error),
}

impl Diagnostic for RefreshError {
    fn exit(&self) -> Exit {
        match self {
            Self::Engine(EngineError::NoSocket { .. }) | Self::State { .. } => Exit::BadInput,
            _ => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Engine(error) => error.hint(),
            Self::State { .. } => Some("name a folder that this user may write by `state-dir`"),
            Self::Busy { .. } => Some("is one stuck? look for another `refresh-images`"),
            Self::Ended { .. } | Self::Listen { .. } | Self::Signals(_) => None,
        };
        hint.map(str::to_owned).into_iter().collect()
    }
}

/// Why an image did not become the local one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The registry did not tell the digest.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The engine did not pull or tag.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// It was pulled and is not there.
    #[error("`{image}` was pulled and the engine does not have it{}", for_platform(.platform.as_deref()))]
    NotThere {
        /// The image, with its digest.
        image: String,
        /// The platform that was asked for.
        platform: Option<String>,
    },
    /// It took too long.
    #[error("its image was not there within {within:?}")]
    TooLate {
        /// The deadline of one runtime.
        within: Duration,
    },
    /// The program was asked to end before it was there.
    #[error("its image was not there yet when {by} ended the run")]
    Ended {
        /// Who asked.
        by: String,
    },
}

fn for_platform(platform: Option<&str>) -> String {
    platform.map(|platform| format!(" for `{platform}`")).unwrap_or_default()
}

impl ImageError {
    /// How long a registry's limit lasts, where one was met; zero where that is not known.
    pub(crate) fn limit(&self) -> Option<Duration> {
        match self {
            Self::Registry(error) => error.limit(),
            Self::Engine(error) => error.is_limit().then_some(Duration::ZERO),
            Self::NotThere { .. } | Self::TooLate { .. } | Self::Ended { .. } => None,
        }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Registry(error) => error.hint(),
            Self::Engine(error) => error.hint().map(str::to_owned),
            Self::NotThere { .. } | Self::Ended { .. } => None,
            Self::TooLate { .. } => Some("give it more time by `timeout`".to_owned()),
        }
    }
}

/// An error with its reasons and what would mend it, on one line.
pub(crate) fn told(error: &dyn std::error::Error, hint: Option<&str>) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let why = reason.to_string();
        if !told.ends_with(&why) {
            told = format!("{told}: {why}");
        }
        source = reason.source();
    }
    hint.map_or(told.clone(), |hint| format!("{told} ({hint})"))
}

/// An image's error in the same way.
pub(crate) fn told_image(error: &ImageError) -> String {
    told(error, error.hint().as_deref())
}
