//! Receipts: that the image which a target's run has pushed holds the release.
//!
//! The chain is version → telling → run → image. Its last link is read from the registry: [`image`] says which image a
//! target builds, [`gather`] looks at it, [`plan`] judges what was seen, and [`tell`] has the words and the table for it.
//! Whatever is not proven is a fault of its target, but for what can have no image of this release yet: then it says why.

pub mod gather;
pub mod image;
pub mod plan;
pub mod tell;

use std::time::Duration;

use domain::PackageVersion;
use registry::{Digest, Reference};

use crate::targets::TemplateRepo;
use crate::trouble::Trouble;

pub use gather::Receipts;
pub use image::{AskedImage, ImageName, NoImage};

/// The label in which a template's image says which version of the runtime is inside: publish-template-image.yml writes
/// what the probe has found in the image, and not what was asked for.
///
/// <https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys>
pub const VERSION_LABEL: &str = "org.opencontainers.image.version";

/// What receipts are asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which image a template builds.
    pub image: ImageName,
    /// How the template of a runtime is called.
    pub templates: TemplateRepo,
    /// How long a registry may lag behind the end of a run.
    pub patience: Duration,
}

/// What is known of a target's image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What it comes to.
    pub standing: Standing,
    /// The image, where it is known which one it is.
    pub image: Option<Reference>,
    /// What its tag stood for at the last look.
    pub digest: Option<Digest>,
    /// The runtime inside, as its label has it.
    pub runtime: Option<String>,
}

/// What a receipt comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The image holds the release.
    Proven,
    /// The image holds a later release: somebody was faster.
    Later(PackageVersion),
    /// There can be none; why.
    Absent(String),
    /// The image does not hold the release, or it is not known whether it does.
    Failed(Trouble),
}

impl Receipt {
    /// No receipt, and why that is no fault.
    #[must_use]
    pub fn absent(why: impl Into<String>) -> Self {
        Self { standing: Standing::Absent(why.into()), image: None, digest: None, runtime: None }
    }

    /// No receipt, since it is not even known which image it would be of.
    #[must_use]
    pub fn unknown(trouble: Trouble) -> Self {
        Self { standing: Standing::Failed(trouble), image: None, digest: None, runtime: None }
    }

    /// In a word, for machines.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.standing {
            Standing::Proven => "proven",
            Standing::Later(_) => "later",
            Standing::Absent(_) => "none",
            Standing::Failed(_) => "failed",
        }
    }
}
