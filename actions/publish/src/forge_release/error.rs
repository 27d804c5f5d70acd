//! Why there is no release on the forge.

use domain::TagName;
use forge::ReleaseError;
use runner::{Diagnostic, Exit};

/// Why there is no release on the forge, or not the whole of it.
#[derive(Debug, thiserror::Error)]
pub enum ForgeReleaseError {
    /// What the notes are made of could not be read.
    #[error("could not read what tag `{tag}` tells of its release")]
    Gather {
        /// The tag.
        tag: TagName,
        /// Why.
        source: Box<forge::Error>,
    },
    /// The release could not be published. The index has the package all the same.
    #[error("could not publish the forge's release of tag `{tag}`")]
    Publish {
        /// The tag.
        tag: TagName,
        /// Why.
        source: Box<ReleaseError>,
    },
}

impl ForgeReleaseError {
    pub(super) fn gathering(tag: &TagName, source: forge::Error) -> Self {
        Self::Gather { tag: tag.clone(), source: Box::new(source) }
    }

    pub(super) fn publishing(tag: &TagName, source: ReleaseError) -> Self {
        Self::Publish { tag: tag.clone(), source: Box::new(source) }
    }
}

impl Diagnostic for ForgeReleaseError {
    fn exit(&self) -> Exit {
        match self {
            Self::Publish { source, .. } if matches!(**source, ReleaseError::NoTag { .. }) => Exit::BadInput,
            Self::Gather { .. } | Self::Publish { .. } => Exit::Failed,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Gather { source, .. } => source.hint(),
            Self::Publish { source, .. } => source.hint(),
        };
        hint.into_iter().collect()
    }
}
