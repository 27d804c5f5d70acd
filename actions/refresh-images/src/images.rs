//! A runtime's image on this host, brought to what the registry has.

use std::time::Duration;

use http_client::Client;
use registry::{Digest, Keychain, Platform, Reference, Registry, RegistryError};
use tokio::time::Instant;

use crate::engine::{Engine, LocalImage};
use crate::error::ImageError;

/// How often an image is looked at again that moved while it was being pulled.
const MOVES: u32 = 3;

/// What brings the local tag to where the registry's is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is there.
    Nothing,
    /// The image is there, and the tag stands for another one.
    Tag {
        /// The id of the image.
        id: String,
    },
    /// The image is to be had.
    Pull,
}

/// What an image still needs: values in, value out.
///
/// `tagged` is what the local tag stands for, `held` what the engine holds under the registry's digest.
#[must_use]
pub fn plan(
    image: &Reference,
    digest: &Digest,
    platform: Option<&Platform>,
    tagged: Option<&LocalImage>,
    held: Option<&LocalImage>,
) -> Step {
    if tagged.is_some_and(|tagged| tagged.is_known_as(image, digest) && tagged.is_for(platform)) {
        return Step::Nothing;
    }
    match held.filter(|held| held.is_for(platform)) {
        Some(held) => Step::Tag { id: held.id.clone() },
        None => Step::Pull,
    }
}

/// An image that is where it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The id that the local tag stands for now.
    pub id: String,
    /// What the registry's tag stands for.
    pub digest: Digest,
    /// Whether anything had to be done.
    pub moved: bool,
}

/// What a look tells: the registry's digest, what is to be done, and the image that is here.
pub type Look = (Digest, Step, Option<LocalImage>);

/// What brings images to this host.
#[derive(Debug, Clone)]
pub struct Images {
    /// The engine.
    pub engine: Engine,
    /// The registries.
    pub registry: Registry,
    /// As whom the engine pulls.
    pub keychain: Keychain,
    /// The client whose clock is waited by.
    pub client: Client,
    /// The platform to pull for, where it is not the engine's own.
    pub platform: Option<Platform>,
}

impl Images {
    /// What a runtime's image needs, without doing it: the registry's digest, the step, and the image that is here.
    ///
    /// # Errors
    ///
    /// When the registry does not tell the digest, or the engine not what it holds, or the deadline passes.
    pub async fn look(&self, image: &Reference, deadline: Duration) -> Result<Look, ImageError> {
        within(deadline, |until| self.look_once(image, until)).await
    }

    async fn look_once(&self, image: &Reference, until: Instant) -> Result<Look, ImageError> {
        let digest = self.resolved(image, until).await?;
        let tagged = self.engine.image(&image.to_string()).await?;
        let first = plan(image, &digest, self.platform.as_ref(), tagged.as_ref(), None);
        if first == Step::Nothing {
            return Ok((digest, first, tagged));
        }
        let held = self.engine.image(&image.at(&digest).to_string()).await?;
        let step = plan(image, &digest, self.platform.as_ref(), tagged.as_ref(), held.as_ref());
        Ok((digest, step, held))
    }

    /// Brings the local tag to where the registry's is, within the deadline. When the registry's moves meanwhile, it is
    /// followed.
    ///
    /// # Errors
    ///
    /// When the registry or the engine fails, or the deadline passes.
    pub async fn bring(&self, image: &Reference, deadline: Duration) -> Result<Arrived, ImageError> {
        within(deadline, |until| self.follow(image, until)).await
    }

    async fn follow(&self, image: &Reference, until: Instant) -> Result<Arrived, ImageError> {
        let mut moved = false;
        for round in 1.. {
            let (digest, step, there) = self.look_once(image, until).await?;
            let id = match step {
                Step::Nothing => {
                    let id = there.map(|there| there.id).unwrap_or_default();
                    return Ok(Arrived { id, digest, moved });
                }
                Step::Tag { id } => id,
                Step::Pull => match self.pull(image, &digest).await {
                    Ok(id) => id,
                    // a digest that no tag stands for any more may be gone
                    Err(error) if round < MOVES && self.has_moved(image, &digest, until).await => {
                        tracing::info!("`{image}` moved while it was being pulled: {error}");
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            };
            self.engine.tag(&id, image).await?;
            moved = true;
            if round >= MOVES {
                return Ok(Arrived { id, digest, moved });
            }
        }
        unreachable!("the rounds have an end")
    }

    async fn pull(&self, image: &Reference, digest: &Digest) -> Result<String, ImageError> {
        let login = self.keychain.login(image.registry()).await.map_err(RegistryError::from)?;
        self.engine.pull(image, digest, self.platform.as_ref(), &login).await?;
        let pinned = image.at(digest).to_string();
        let there = self.engine.image(&pinned).await?.filter(|there| there.is_for(self.platform.as_ref()));
        let platform = self.platform.as_ref().map(ToString::to_string);
        Ok(there.ok_or(ImageError::NotThere { image: pinned, platform })?.id)
    }

    /// Whether the tag stands for another digest by now. When that cannot be told, it has not.
    async fn has_moved(&self, image: &Reference, digest: &Digest, until: Instant) -> bool {
        self.resolved(image, until).await.is_ok_and(|now| now != *digest)
    }

    /// The digest, also after a limit of the registry's that ends before the deadline.
    async fn resolved(&self, image: &Reference, until: Instant) -> Result<Digest, ImageError> {
        loop {
            match self.registry.digest(image).await {
                Err(error) => {
                    let rest = until.saturating_duration_since(Instant::now());
                    let Some(lasts) = error.limit().filter(|lasts| *lasts < rest) else {
                        return Err(error.into());
                    };
                    tracing::warn!("{error}: waiting");
                    self.client.clock().sleep(lasts).await;
                }
                Ok(digest) => return Ok(digest),
            }
        }
    }
}

/// Does this work, which is told when its time is over.
async fn within<T, F>(deadline: Duration, work: impl FnOnce(Instant) -> F) -> Result<T, ImageError>
where
    F: Future<Output = Result<T, ImageError>>,
{
    let done = tokio::time::timeout(deadline, work(Instant::now() + deadline));
    done.await.unwrap_or(Err(ImageError::TooLate { within: deadline }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "ghcr.io/acme/app";

    fn local(id: &str, digests: &[&Digest]) -> LocalImage {
        LocalImage {
            id: id.to_owned(),
            repo_digests: digests.iter().map(|digest| format!("{NAME}@{digest}")).collect(),
            os: "linux".to_owned(),
            architecture: "arm64".to_owned(),
            ..LocalImage::default()
        }
    }

    fn planned(
        digest: &Digest,
        platform: Option<&str>,
        tagged: Option<&LocalImage>,
        held: Option<&LocalImage>,
    ) -> Step {
        let platform = platform.map(|platform| platform.parse().unwrap());
        plan(&NAME.parse().unwrap(), digest, platform.as_ref(), tagged, held)
    }

    #[test]
    fn what_is_there_needs_nothing_and_what_is_not_is_pulled() {
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        assert_eq!(planned(&new, None, Some(&local("a", &[&old, &new])), None), Step::Nothing);
        assert_eq!(planned(&new, None, Some(&local("a", &[&old])), None), Step::Pull);
        assert_eq!(planned(&new, None, None, None), Step::Pull);
    }

    #[test]
    fn what_was_pulled_and_not_tagged_is_tagged() {
        let (old, new) = (Digest::of(b"old"), Digest::of(b"new"));
        let (tagged, held) = (local("a", &[&old]), local("b", &[&new]));
        assert_eq!(planned(&new, None, Some(&tagged), Some(&held)), Step::Tag { id: "b".to_owned() });
    }

    #[test]
    fn an_image_for_another_platform_is_not_there() {
        let digest = Digest::of(b"x");
        let image = local("a", &[&digest]);
        assert_eq!(planned(&digest, Some("linux/amd64"), Some(&image), Some(&image)), Step::Pull);
        assert_eq!(planned(&digest, Some("linux/arm64"), Some(&image), None), Step::Nothing);
    }
}
