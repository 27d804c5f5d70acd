//! Names of images.

use std::fmt;

/// The name of an image, normalised: <https://github.com/distribution/reference>.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The registry: `docker.io` where none is named.
    pub registry: String,
    /// The repository; `library/` stands in front of Docker Hub's own.
    pub repository: String,
    /// The tag; none without one, which means `latest` unless there is a digest.
    pub tag: Option<String>,
    /// The digest, which decides where both are there.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads a name as `FROM` has it; none where no image can have it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let tag_at = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
        let (name, tag) = match tag_at {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        let (registry, path) = match name.split_once('/') {
            Some((first, path)) if is_registry(first) => (first, path),
            _ => ("docker.io", name),
        };
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        let official = registry == "docker.io" && !path.contains('/');
        let repository = if official { format!("library/{path}") } else { path.to_owned() };
        let valid = path.split('/').all(is_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest)
            && name.len() <= 255;
        valid.then(|| Self {
            registry: registry.to_owned(),
            repository,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// The name as people write it: without registry and `library/` where they are Docker Hub's, and without digest.
    #[must_use]
    pub fn familiar(&self) -> String {
        let repository = match (self.registry.as_str(), self.repository.strip_prefix("library/")) {
            ("docker.io", Some(own)) => own.to_owned(),
            ("docker.io", None) => self.repository.clone(),
            (registry, _) => format!("{registry}/{}", self.repository),
        };
        match (&self.tag, &self.digest) {
            (Some(tag), _) => format!("{repository}:{tag}"),
            (None, Some(_)) => repository,
            (None, None) => format!("{repository}:latest"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.familiar())?;
        self.digest.as_ref().map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// What tells a registry from a folder of Docker Hub: a dot, a port, a capital, or `localhost`.
fn is_registry(component: &str) -> bool {
    component == "localhost"
        || component.contains(['.', ':'])
        || component.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_component(component: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    edge(component.bytes().next())
        && edge(component.bytes().last())
        && component.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
        })
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty() && hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_name_is_the_same_name() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for text in [
            "python:3.11-slim".to_owned(),
            "library/python:3.11-slim".to_owned(),
            "docker.io/python:3.11-slim".to_owned(),
            "docker.io/library/python:3.11-slim".to_owned(),
            "index.docker.io/library/python:3.11-slim".to_owned(),
            format!("python:3.11-slim@{digest}"),
        ] {
            assert_eq!(Reference::parse(&text).unwrap().familiar(), "python:3.11-slim", "{text}");
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (text, familiar) in [
            ("python", "python:latest"),
            ("python:3.11-slim-bookworm", "python:3.11-slim-bookworm"),
            ("ghcr.io/library/python:3.11-slim", "ghcr.io/library/python:3.11-slim"),
            ("localhost:5000/python:1", "localhost:5000/python:1"),
            ("someone/python:3.11-slim", "someone/python:3.11-slim"),
        ] {
            assert_eq!(Reference::parse(text).unwrap().familiar(), familiar, "{text}");
        }
    }

    #[test]
    fn what_no_image_is_called_is_no_name() {
        for text in ["", "Python", "python:", "python:3 11", "python@sha256:1", "a//b", "-a", "python:.x"] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }
}
