//! The name of an image, as users write it and as registries take it.

use std::fmt;
use std::str::FromStr;

use crate::digest::Digest;

/// The registry of names that say none.
const HUB: &str = "docker.io";
/// Where the Hub's API is.
const HUB_API: &str = "registry-1.docker.io";
/// The tag of names that say none.
const LATEST: &str = "latest";

/// An image's name: registry, repository, and a tag or digest.
///
/// Read by [Docker's rules](https://pkg.go.dev/github.com/distribution/reference): `acme/app` is
/// `docker.io/acme/app:latest`. Two names of the same image are equal.
///
/// ```
/// use registry::Reference;
///
/// let written: Reference = "ghcr.io/acme/app".parse()?;
/// assert_eq!(written, "ghcr.io/acme/app:latest".parse()?);
/// assert_eq!(written.registry(), "ghcr.io");
/// # Ok::<(), registry::ReferenceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// A text that names no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no image: {why}")]
pub struct ReferenceError {
    text: String,
    why: &'static str,
}

impl Reference {
    /// The registry's host, with its port where it has one: `ghcr.io`, `127.0.0.1:5000`, `docker.io`.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The repository: `acme/app`.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag; none where a digest alone names the image.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, where the name holds one.
    #[must_use]
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Registry and repository, without tag and digest: what engines keep an image's digests by, apart from how they
    /// shorten the Hub's names.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The image of this digest in the same repository.
    #[must_use]
    pub fn at(&self, digest: &Digest) -> Self {
        Self { tag: None, digest: Some(digest.clone()), ..self.clone() }
    }

    /// What stands in the path of a registry's API: the digest, else the tag.
    pub(crate) fn wanted(&self) -> &str {
        self.digest.as_ref().map_or_else(|| self.tag().unwrap_or(LATEST), Digest::as_str)
    }

    /// The root of the registry's API. Plain HTTP on this machine's own addresses alone, where Docker uses it too.
    pub(crate) fn api(&self) -> String {
        let host = if self.registry == HUB { HUB_API } else { &self.registry };
        let scheme = if is_loopback(host) { "http" } else { "https" };
        format!("{scheme}://{host}/v2/")
    }
}

/// Whether a host, with or without a port, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default().trim_start_matches('[')
    } else {
        host.split(':').next().unwrap_or_default()
    };
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let wrong = |why| ReferenceError { text: text.to_owned(), why };
        let (named, digest) = match text.split_once('@') {
            None => (text, None),
            Some((named, digest)) => {
                let digest = digest.parse().map_err(|_| wrong("what follows `@` is no digest"))?;
                (named, Some(digest))
            }
        };
        let (registry, rest) = match named.split_once('/') {
            Some((host, rest)) if is_host(host) => (host.to_owned(), rest),
            _ => (HUB.to_owned(), named),
        };
        let (repository, tag) = match rest.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(tag.to_owned())),
            None => (rest, None),
        };
        let is_official = registry == HUB && !repository.contains('/');
        let repository = if is_official { format!("library/{repository}") } else { repository.to_owned() };
        if !repository.split('/').all(is_component) {
            return Err(wrong("a repository is lower-case letters, digits, `.`, `_` and `-`, parted by `/`"));
        }
        if tag.as_deref().is_some_and(|tag| !is_tag(tag)) {
            return Err(wrong("a tag is letters, digits, `.`, `_` and `-`, 128 at most"));
        }
        let tag = if tag.is_none() && digest.is_none() { Some(LATEST.to_owned()) } else { tag };
        Ok(Self { registry, repository, tag, digest })
    }
}

/// What comes first is a host when it cannot be part of a repository of the Hub.
fn is_host(text: &str) -> bool {
    let looks_like_one = text.contains(['.', ':']) || text == "localhost";
    looks_like_one
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
}

fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_inner = |byte: u8| is_word(byte) || b"._-".contains(&byte);
    let bytes = text.as_bytes();
    bytes.first().copied().is_some_and(is_word)
        && bytes.last().copied().is_some_and(is_word)
        && bytes.iter().copied().all(is_inner)
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = text.as_bytes();
    bytes.len() <= 128
        && bytes.first().copied().is_some_and(is_word)
        && bytes.iter().all(|&byte| is_word(byte) || b".-".contains(&byte))
}

/// The whole name: registry, repository, tag and digest.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_dockers_rules() {
        for (text, whole) in [
            ("app", "docker.io/library/app:latest"),
            ("acme/app:1", "docker.io/acme/app:1"),
            ("ghcr.io/acme/app", "ghcr.io/acme/app:latest"),
            ("127.0.0.1:5000/app:x", "127.0.0.1:5000/app:x"),
            ("[::1]:5000/app", "[::1]:5000/app:latest"),
            ("localhost/app", "localhost/app:latest"),
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), whole);
        }
    }

    #[test]
    fn a_digest_is_enough_of_a_name() {
        let digest = Digest::of(b"x");
        let named: Reference = format!("ghcr.io/acme/app@{digest}").parse().unwrap();
        assert_eq!((named.tag(), named.digest()), (None, Some(&digest)));
        assert_ne!(named, "ghcr.io/acme/app".parse().unwrap());
        assert_eq!("ghcr.io/acme/app:latest".parse::<Reference>().unwrap().at(&digest), named);
    }

    #[test]
    fn what_no_registry_takes_is_refused() {
        for text in
            ["", "Acme/App", "ghcr.io/", "ghcr.io/a b", "a:b:c", "app@latest", "app:-x", "app:", "a//b"]
        {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        let api = |text: &str| text.parse::<Reference>().unwrap().api();
        assert_eq!(api("127.0.0.1:5000/app"), "http://127.0.0.1:5000/v2/");
        assert_eq!(api("[::1]:5000/app"), "http://[::1]:5000/v2/");
        assert_eq!(api("127.0.0.1.example/app"), "https://127.0.0.1.example/v2/");
        assert_eq!(api("app"), "https://registry-1.docker.io/v2/");
    }
}
