//! The id of a cascade: the same for every run that tells the same release, so that a second run knows what a first
//! one told.

use std::fmt::{self, Write as _};

use domain::{PackageVersion, RepoName};
use sha2::{Digest as _, Sha256};

/// The id of a cascade, `1.4.0-3f2a9c1b77e0`: the version, and a digest of source and version.
///
/// Nothing random is in it. Since it can be derived again from source and version, an id that is found in the title of
/// a run is either the genuine one of some version of this source, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CascadeId {
    version: PackageVersion,
    text: String,
}

/// How many hexadecimal digits of the digest are kept: 48 bits, for at most some thousands of releases.
const DIGITS: usize = 12;

impl CascadeId {
    /// The id of telling `version` of `source`, whose name is taken without case, as forges take it.
    #[must_use]
    pub fn new(source: &RepoName, version: &PackageVersion) -> Self {
        let normal = version.to_string();
        let mut digest = Sha256::new();
        digest.update(source.as_str().to_ascii_lowercase());
        digest.update("\n");
        digest.update(&normal);
        let mut text = format!("{normal}-");
        for byte in digest.finalize().iter().take(DIGITS / 2) {
            write!(text, "{byte:02x}").expect("a text takes what is written to it");
        }
        Self { version: version.clone(), text }
    }

    /// The genuine id of some version of `source` in a run's title; the last one, if there are several.
    #[must_use]
    pub fn find(title: &str, source: &RepoName) -> Option<Self> {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '-');
        title.split(|c| !is_inside(c)).rev().find_map(|word| {
            let (version, _) = word.rsplit_once('-')?;
            let id = Self::new(source, &version.parse().ok()?);
            (id.text == word).then_some(id)
        })
    }

    /// The version that is told.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        &self.version
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for CascadeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(source: &str, version: &str) -> CascadeId {
        CascadeId::new(&source.parse().unwrap(), &version.parse().unwrap())
    }

    #[test]
    fn an_id_depends_on_source_and_version_and_nothing_else() {
        assert_eq!(id("acme/core", "1.4.0"), id("Acme/Core", "1.4.0"));
        assert_ne!(id("acme/core", "1.4.0").as_str(), id("acme/other", "1.4.0").as_str());
        assert_ne!(id("acme/core", "1.4.0").as_str(), id("acme/core", "1.4.1").as_str());
        assert!(id("acme/core", "1.4.0").as_str().starts_with("1.4.0-"));
    }

    #[test]
    fn an_id_is_found_in_a_title_and_only_a_genuine_one() {
        let source = "acme/core".parse().unwrap();
        for version in ["1.4.0", "1.4.0rc1", "1!2.0+local.1", "1.4.0.dev3"] {
            let id = id("acme/core", version);
            let title = format!("Rebuild for 1.3.0-0123456789ab [{id}]");
            assert_eq!(CascadeId::find(&title, &source), Some(id));
        }
        let foreign = id("acme/other", "1.4.0");
        for title in ["", "Rebuild 1.4.0-0123456789ab", "1.4.0-", "-", foreign.as_str()] {
            assert_eq!(CascadeId::find(title, &source), None, "{title}");
        }
        let longer = format!("[{}0]", id("acme/core", "1.4.0"));
        assert_eq!(CascadeId::find(&longer, &source), None);
    }
}
