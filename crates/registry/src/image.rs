//! What an image says of itself: its manifest and its config.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/manifest.md>

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::digest::Digest;

/// The forms of a manifest: OCI's and Docker's, of one image and of one for each platform.
pub(crate) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// The platform of an image: `linux/amd64`, `linux/arm64/v8`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct Platform {
    os: String,
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
}

/// A text that names no platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no platform: write one as `linux/amd64`")]
pub struct PlatformError(String);

impl Platform {
    /// Whether an image of this system and architecture runs as what is asked for. A variant is compared where one is
    /// asked for.
    #[must_use]
    pub fn is(&self, os: &str, architecture: &str, variant: Option<&str>) -> bool {
        let same_variant = self.variant.is_none() || self.variant.as_deref() == variant;
        self.os == os && self.architecture == architecture && same_variant
    }
}

impl FromStr for Platform {
    type Err = PlatformError;

    fn from_str(text: &str) -> Result<Self, PlatformError> {
        let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let parts: Vec<_> = text.split('/').collect();
        let (os, architecture, variant) = match parts[..] {
            [os, architecture] => (os, architecture, None),
            [os, architecture, variant] => (os, architecture, Some(variant.to_owned())),
            _ => return Err(PlatformError(text.to_owned())),
        };
        if !parts.iter().all(|part| is_word(part)) {
            return Err(PlatformError(text.to_owned()));
        }
        Ok(Self { os: os.to_owned(), architecture: architecture.to_owned(), variant })
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

/// What an image says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageConfig {
    /// The digest of what was asked for: that of the index where there is an image for each platform.
    pub digest: Digest,
    /// The labels, such as `org.opencontainers.image.version`.
    pub labels: BTreeMap<String, String>,
}

/// A manifest of either kind.
#[derive(Deserialize)]
pub(crate) struct Manifest {
    #[serde(default)]
    manifests: Vec<Listed>,
    config: Option<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

#[derive(Deserialize)]
struct Listed {
    digest: String,
    platform: Option<Platform>,
}

/// Where a manifest leads.
pub(crate) enum Next {
    /// To the manifest of one platform.
    Manifest(Digest),
    /// To the config of the image.
    Config(Digest),
}

impl Manifest {
    /// Where it leads to the labels of this platform's image.
    pub(crate) fn next(&self, platform: &Platform) -> Result<Next, String> {
        if let Some(config) = &self.config {
            return config.digest.parse().map(Next::Config).map_err(|error| error.to_string());
        }
        let is_wanted = |listed: &&Listed| {
            let of = listed.platform.as_ref();
            of.is_some_and(|of| platform.is(&of.os, &of.architecture, of.variant.as_deref()))
        };
        let listed = self.manifests.iter().find(is_wanted);
        let listed = listed.ok_or_else(|| format!("it lists no image for `{platform}`"))?;
        listed.digest.parse().map(Next::Manifest).map_err(|error| error.to_string())
    }
}

#[derive(Deserialize)]
pub(crate) struct Config {
    #[serde(default)]
    config: Option<Inner>,
}

#[derive(Deserialize)]
struct Inner {
    #[serde(rename = "Labels", default)]
    labels: Option<BTreeMap<String, String>>,
}

impl Config {
    pub(crate) fn labels(self) -> BTreeMap<String, String> {
        self.config.and_then(|inner| inner.labels).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_two_or_three_words() {
        for text in ["linux/amd64", "linux/arm64/v8"] {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), text);
        }
        for text in ["", "amd64", "linux/", "linux/arm64/v8/x", "linux amd64"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_variant_counts_where_one_is_asked_for() {
        let any: Platform = "linux/arm64".parse().unwrap();
        assert!(any.is("linux", "arm64", Some("v8")) && !any.is("linux", "amd64", None));
        let one: Platform = "linux/arm/v7".parse().unwrap();
        assert!(one.is("linux", "arm", Some("v7")) && !one.is("linux", "arm", Some("v6")));
    }
}
