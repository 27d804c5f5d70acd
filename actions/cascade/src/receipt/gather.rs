//! Looking at an image in its registry.

use std::fmt;

use domain::RepoName;
use http_client::Client;
use registry::{Keychain, Platform, Reference, Registry, RegistryError};
use tokio::sync::Semaphore;

use super::plan::Look;
use super::{Asked, NoImage, VERSION_LABEL};
use crate::targets::Target;
use crate::trouble::Trouble;

/// How many images are looked at side by side: each look is three requests, and registries have limits.
const AT_ONCE: usize = 8;

/// What an image is looked at as, where it is one for each platform: they are pushed together.
const PLATFORM: &str = "linux/amd64";

/// The registries in which the images of targets lie.
pub struct Receipts<'a> {
    registry: Registry,
    asked: &'a Asked,
    platform: Platform,
    turns: Semaphore,
}

impl<'a> Receipts<'a> {
    /// Asks by this client, as whom the keychain says.
    #[must_use]
    pub fn new(client: Client, keychain: Keychain, asked: &'a Asked) -> Self {
        let platform = PLATFORM.parse().expect("two words");
        let registry = Registry::new(client, keychain);
        Self { registry, asked, platform, turns: Semaphore::new(AT_ONCE) }
    }

    /// What is asked for.
    #[must_use]
    pub fn asked(&self) -> &Asked {
        self.asked
    }

    /// The image that a target builds, which is called `repo` by now; none where it builds none.
    ///
    /// # Errors
    /// When neither a list nor its name tells.
    pub fn image(&self, target: &Target, repo: &RepoName) -> Result<Option<Reference>, NoImage> {
        self.asked.image.of(target, repo, &self.asked.templates)
    }

    /// What the registry says of an image now.
    pub async fn look(&self, image: &Reference) -> Look {
        let _turn = self.turns.acquire().await.expect("nobody closes it");
        match self.registry.config(image, &self.platform).await {
            Ok(mut config) => {
                Look::Image { digest: config.digest, label: config.labels.remove(VERSION_LABEL) }
            }
            Err(error @ RegistryError::NoImage { .. }) => Look::Nothing(trouble("no-image", &error)),
            Err(error) => {
                let again = error.may_pass().then(|| error.limit().unwrap_or_default());
                Look::Lost { trouble: unread(image, &error), again }
            }
        }
    }
}

/// Whether the image holds the release is not known, and that is a fault.
fn unread(image: &Reference, error: &RegistryError) -> Trouble {
    let lost = trouble("unread-image", error);
    Trouble { what: format!("what its image `{image}` holds is not known: {}", lost.what), ..lost }
}

fn trouble(reason: &'static str, error: &RegistryError) -> Trouble {
    Trouble { mending: error.hint(), ..Trouble::with_sources(reason, error) }
}

impl fmt::Debug for Receipts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipts").field("asked", &self.asked).finish_non_exhaustive()
    }
}
