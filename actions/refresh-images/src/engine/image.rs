//! The engine's images.

use bollard::auth::DockerCredentials;
use bollard::models::ImageConfig;
use bollard::query_parameters::{CreateImageOptions, TagImageOptions};
use futures_util::StreamExt as _;
use registry::{Digest, Login, Platform, Reference};
use secrecy::ExposeSecret as _;

use super::{Engine, EngineError};

/// An image that the engine holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LocalImage {
    /// Its id.
    pub id: String,
    /// The names under which registries know it, with digests.
    pub repo_digests: Vec<String>,
    /// What it gives to the containers made from it.
    pub config: ImageConfig,
    /// The operating system it is for.
    pub os: String,
    /// The processor it is for.
    pub architecture: String,
    /// The variant of that.
    pub variant: Option<String>,
}

impl LocalImage {
    /// Whether it is what a registry has under this digest.
    #[must_use]
    pub fn is_known_as(&self, image: &Reference, digest: &Digest) -> bool {
        let wanted = image.at(digest);
        self.repo_digests.iter().any(|known| known.parse::<Reference>().is_ok_and(|known| known == wanted))
    }

    /// Whether it is for this platform; anything is where none is asked for.
    #[must_use]
    pub fn is_for(&self, platform: Option<&Platform>) -> bool {
        platform.is_none_or(|platform| platform.is(&self.os, &self.architecture, self.variant.as_deref()))
    }
}

impl Engine {
    /// The image of this name or id; none when the engine has no such image.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached, or refuses.
    pub async fn image(&self, name: &str) -> Result<Option<LocalImage>, EngineError> {
        super::through_a_restart(|| self.inspect_image(name)).await
    }

    async fn inspect_image(&self, name: &str) -> Result<Option<LocalImage>, EngineError> {
        let inspected = self.docker.inspect_image(name).await;
        let image = match inspected.map_err(EngineError::of(format!("tell of the image `{name}`"))) {
            Ok(image) => image,
            Err(error) if error.is_absent() => return Ok(None),
            Err(error) => return Err(error),
        };
        let without_id = || EngineError::Unexpected { what: format!("the image `{name}` has no id") };
        Ok(Some(LocalImage {
            id: image.id.ok_or_else(without_id)?,
            repo_digests: image.repo_digests.unwrap_or_default(),
            config: image.config.unwrap_or_default(),
            os: image.os.unwrap_or_default(),
            architecture: image.architecture.unwrap_or_default(),
            variant: image.variant.filter(|variant| !variant.is_empty()),
        }))
    }

    /// Pulls the image of this digest. An error that comes in the midst of the progress is an error.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached, or the registry does not give it the image.
    pub async fn pull(
        &self,
        image: &Reference,
        digest: &Digest,
        platform: Option<&Platform>,
        login: &Login,
    ) -> Result<(), EngineError> {
        let doing = || format!("pull `{}`", image.at(digest));
        let options = CreateImageOptions {
            from_image: Some(image.name()),
            tag: Some(digest.to_string()),
            platform: platform.map(ToString::to_string).unwrap_or_default(),
            ..CreateImageOptions::default()
        };
        let credentials = credentials(login, image.registry());
        let mut progress = Box::pin(self.docker.create_image(Some(options), None, credentials));
        while let Some(step) = progress.next().await {
            let step = step.map_err(EngineError::of(doing()))?;
            if let Some(error) = step.error_detail {
                let error = error.message.unwrap_or_else(|| "it gave no reason".to_owned());
                let source = bollard::errors::Error::DockerStreamError { error };
                return Err(EngineError::of(doing())(source));
            }
            tracing::debug!("{}: {}", step.id.unwrap_or_default(), step.status.unwrap_or_default());
        }
        Ok(())
    }

    /// Moves a tag to an image.
    ///
    /// # Errors
    ///
    /// When the engine cannot be reached, or refuses.
    pub async fn tag(&self, id: &str, image: &Reference) -> Result<(), EngineError> {
        let options = TagImageOptions { repo: Some(image.name()), tag: image.tag().map(str::to_owned) };
        super::through_a_restart(|| async {
            let tagged = self.docker.tag_image(id, Some(options.clone())).await;
            tagged.map_err(EngineError::of(format!("move `{image}` to `{id}`")))
        })
        .await
    }
}

fn credentials(login: &Login, registry: &str) -> Option<DockerCredentials> {
    let serveraddress = Some(registry.to_owned());
    match login {
        Login::Anonymous => None,
        Login::Password { user, password } => Some(DockerCredentials {
            username: Some(user.clone()),
            password: Some(password.expose_secret().to_owned()),
            serveraddress,
            ..DockerCredentials::default()
        }),
        Login::IdentityToken(token) => Some(DockerCredentials {
            identitytoken: Some(token.expose_secret().to_owned()),
            serveraddress,
            ..DockerCredentials::default()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_the_digest_of_its_own_repository() {
        let digest = Digest::of(b"x");
        let image = |known: &str| LocalImage {
            repo_digests: vec![format!("{known}@{digest}")],
            ..LocalImage::default()
        };
        let named = "ghcr.io/acme/app:latest".parse().unwrap();
        assert!(image("ghcr.io/acme/app").is_known_as(&named, &digest));
        assert!(!image("ghcr.io/acme/other").is_known_as(&named, &digest));
        assert!(!image("ghcr.io/acme/app").is_known_as(&named, &Digest::of(b"y")));
        // engines leave out what is the Hub's
        assert!(image("acme/app").is_known_as(&"acme/app".parse().unwrap(), &digest));
    }

    #[test]
    fn an_image_for_another_processor_is_told_apart() {
        let image = LocalImage { os: "linux".into(), architecture: "arm64".into(), ..LocalImage::default() };
        assert!(image.is_for(None));
        assert!(!image.is_for(Some(&"linux/amd64".parse().unwrap())));
    }
}
