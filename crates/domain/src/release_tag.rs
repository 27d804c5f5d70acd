use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use semver::Version;

use crate::version::is_sayable;
use crate::{Invalid, TagName};

/// What stands before the version in a release tag: `runtime-v` in `runtime-v1.4.0`.
///
/// Literal text, never a pattern; may be empty. Cheap to clone, since every tag of a repository keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPrefix(Arc<str>);

impl TagPrefix {
    /// The prefix as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `name` read as a release tag of this prefix: the prefix, then a SemVer version of three components,
    /// strictly, and nothing else. `None` for every other tag, floating ones (`v1`) among them, and for
    /// components beyond 32 bits: nobody released those, and the version after them must be sayable.
    #[must_use]
    pub fn release(&self, name: &str) -> Option<ReleaseTag> {
        let version: Version = name.strip_prefix(&*self.0)?.parse().ok()?;
        (version.build.is_empty() && is_sayable(&version))
            .then(|| ReleaseTag { prefix: self.clone(), version })
    }

    /// The release tag of `version` under this prefix.
    #[must_use]
    pub fn with(&self, version: Version) -> ReleaseTag {
        ReleaseTag { prefix: self.clone(), version }
    }
}

impl FromStr for TagPrefix {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // a prefix is right when the tags that it makes are
        match format!("{text}0.1.0").parse::<TagName>() {
            Ok(_) if text.ends_with(|last: char| last.is_ascii_digit()) => Err(Invalid::new(
                text,
                "a tag prefix",
                "it ends in a digit, which would run into the version",
            )),
            Ok(_) => Ok(Self(text.into())),
            Err(invalid) => Err(Invalid::new(text, "a tag prefix", invalid.to_string())),
        }
    }
}

impl fmt::Display for TagPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The tag of one release: a prefix and a version of three components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseTag {
    prefix: TagPrefix,
    version: Version,
}

impl ReleaseTag {
    /// The version that the tag names.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Whether the version is a pre-release, which never raises the base of the next release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.version.pre.is_empty()
    }

    /// The tag's short name.
    ///
    /// Always valid: a [`TagPrefix`] is accepted only when the names it makes are, and a version adds no
    /// character that a tag name may not hold.
    #[must_use]
    pub fn name(&self) -> TagName {
        self.to_string().parse().expect("a valid prefix and a version make a valid tag name")
    }

    /// The floating tags that users pin and that move to this release: `v1`, or `v1` and `v1.4`.
    #[must_use]
    pub fn floating(&self, depth: FloatingTag) -> Vec<TagName> {
        let Version { major, minor, .. } = self.version;
        let mut names = Vec::new();
        if depth >= FloatingTag::Major {
            names.push(format!("{}{major}", self.prefix));
        }
        if depth >= FloatingTag::MajorMinor {
            names.push(format!("{}{major}.{minor}", self.prefix));
        }
        names
            .into_iter()
            .map(|name| name.parse().expect("a valid prefix and numbers make a valid tag name"))
            .collect()
    }
}

impl fmt::Display for ReleaseTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix, self.version)
    }
}

/// Which floating tags follow a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FloatingTag {
    /// no floating tags
    None,
    /// `v1`
    Major,
    /// `v1` and `v1.4`
    MajorMinor,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> TagPrefix {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_strict_version_of_three_components_is_a_release() {
        let prefix = prefix("runtime-v");
        assert_eq!(prefix.release("runtime-v1.4.0").unwrap().version(), &Version::new(1, 4, 0));
        assert!(prefix.release("runtime-v1.4.0-rc.1").unwrap().is_prerelease());
        for foreign in [
            "runtime-v1",
            "runtime-v1.4",
            "runtime-v01.4.0",
            "runtime-v1.4.0.1",
            "runtime-v1.4.0+x",
            "v1.4.0",
            "Runtime-v1.4.0",
            "runtime-v1.4.0 ",
        ] {
            assert!(prefix.release(foreign).is_none(), "{foreign} was read as a release");
        }
    }

    #[test]
    fn a_prefix_is_literal_text() {
        assert!(prefix("v.").release("vx1.0.0").is_none());
        assert!(prefix("v.").release("v.1.0.0").is_some());
        assert!(prefix("").release("1.0.0").is_some());
    }

    #[test]
    fn a_prefix_that_makes_bad_names_is_refused() {
        for text in ["a b", "x..", "-v", "v1", "a~", "a:"] {
            assert!(text.parse::<TagPrefix>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn floating_tags_are_never_releases() {
        let prefix = prefix("v");
        let names = prefix.with(Version::new(1, 4, 2)).floating(FloatingTag::MajorMinor);
        assert_eq!(names.iter().map(TagName::as_str).collect::<Vec<_>>(), ["v1", "v1.4"]);
        assert!(names.iter().all(|name| prefix.release(name.as_str()).is_none()));
        assert!(prefix.with(Version::new(1, 4, 2)).floating(FloatingTag::None).is_empty());
    }
}
