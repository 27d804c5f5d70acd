//! The two kinds of version and the one mapping between them.
//!
//! | tag (SemVer) | package (PEP 440) |
//! |---|---|
//! | `1.4.0` | `1.4.0` |
//! | `1.4.0-a.1`, `-b.1`, `-rc.1` | `1.4.0a1`, `b1`, `rc1` |
//! | `1.4.0-dev.3` | `1.4.0.dev3` |
//!
//! Nothing else has a counterpart: post releases, epochs, local versions, build metadata, combined parts
//! (`1.4.0rc1.dev2`) and other numbers of components are refused, so that the way there and back is exact.

use std::fmt;

use pep440_rs::{Prerelease, PrereleaseKind as Pep440Kind, Version as PackageVersion};
use semver::{BuildMetadata, Prerelease as SemverPrerelease, Version as TagVersion};

/// The kinds of pre-release that tags and packages share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrereleaseKind {
    /// `1.4.0-dev.1`, `1.4.0.dev1`
    Dev,
    /// `1.4.0-a.1`, `1.4.0a1`
    Alpha,
    /// `1.4.0-b.1`, `1.4.0b1`
    Beta,
    /// `1.4.0-rc.1`, `1.4.0rc1`
    ReleaseCandidate,
}

impl PrereleaseKind {
    /// `dev`, `a`, `b` or `rc`: the spelling in both versions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Alpha => "a",
            Self::Beta => "b",
            Self::ReleaseCandidate => "rc",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Dev, Self::Alpha, Self::Beta, Self::ReleaseCandidate]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }

    /// The `number`th pre-release of this kind before the final version `of`.
    #[must_use]
    pub fn version(self, of: &TagVersion, number: u64) -> TagVersion {
        TagVersion {
            pre: SemverPrerelease::new(&format!("{self}.{number}"))
                .expect("a word, a dot and a number are a pre-release by SemVer's grammar"),
            ..TagVersion::new(of.major, of.minor, of.patch)
        }
    }

    /// The number in `version` when it is a pre-release of this kind before the final version `of`.
    #[must_use]
    pub fn number(self, version: &TagVersion, of: &TagVersion) -> Option<u64> {
        let same_core = (version.major, version.minor, version.patch) == (of.major, of.minor, of.patch);
        match prerelease_parts(version) {
            Some((kind, number)) if same_core && kind == self => Some(number),
            _ => None,
        }
    }
}

impl fmt::Display for PrereleaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A version of one kind that the other kind cannot say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version `{version}` has no counterpart as {wanted}: {reason}")]
pub struct NoTagVersion {
    version: String,
    wanted: &'static str,
    reason: &'static str,
}

/// The package version that a tag's version stands for.
///
/// # Errors
/// When the tag's version has build metadata or a pre-release other than `dev`, `a`, `b`, `rc` with a number.
pub fn package_version(tag: &TagVersion) -> Result<PackageVersion, NoTagVersion> {
    let refuse = |reason| NoTagVersion { version: tag.to_string(), wanted: "a package version", reason };
    if !tag.build.is_empty() {
        return Err(refuse("build metadata would be a local version, which no index accepts"));
    }
    let release = PackageVersion::new([tag.major, tag.minor, tag.patch]);
    if tag.pre.is_empty() {
        return Ok(release);
    }
    let (kind, number) = prerelease_parts(tag)
        .ok_or_else(|| refuse("write a pre-release as `-dev.N`, `-a.N`, `-b.N` or `-rc.N`"))?;
    let pre = |kind| Some(Prerelease { kind, number });
    Ok(match kind {
        PrereleaseKind::Dev => release.with_dev(Some(number)),
        PrereleaseKind::Alpha => release.with_pre(pre(Pep440Kind::Alpha)),
        PrereleaseKind::Beta => release.with_pre(pre(Pep440Kind::Beta)),
        PrereleaseKind::ReleaseCandidate => release.with_pre(pre(Pep440Kind::Rc)),
    })
}

/// The tag's version that a package version is released under.
///
/// One or two release components are filled up with zeros (`1.4` → `1.4.0`), which PEP 440 holds equal.
///
/// # Errors
/// When the package version has an epoch, more than three components, a post or local part, or two
/// pre-release parts.
pub fn tag_version(package: &PackageVersion) -> Result<TagVersion, NoTagVersion> {
    let refuse = |reason| NoTagVersion { version: package.to_string(), wanted: "a tag version", reason };
    if package.epoch() != 0 {
        return Err(refuse("tags have no epoch"));
    }
    if package.is_local() {
        return Err(refuse("a local version is for local builds only"));
    }
    if package.post().is_some() {
        return Err(refuse("tags have no post release"));
    }
    let part = |at: usize| package.release().get(at).copied().unwrap_or(0);
    if package.release().len() > 3 {
        return Err(refuse("tags have three components"));
    }
    let of = TagVersion::new(part(0), part(1), part(2));
    if !is_sayable(&of) {
        return Err(refuse("a component is beyond 32 bits"));
    }
    Ok(match (package.pre(), package.dev()) {
        (None, None) => of,
        (None, Some(number)) => PrereleaseKind::Dev.version(&of, number),
        (Some(Prerelease { kind, number }), None) => match kind {
            Pep440Kind::Alpha => PrereleaseKind::Alpha,
            Pep440Kind::Beta => PrereleaseKind::Beta,
            Pep440Kind::Rc => PrereleaseKind::ReleaseCandidate,
        }
        .version(&of, number),
        (Some(_), Some(_)) => return Err(refuse("tags have one pre-release part")),
    })
}

/// Whether every component leaves room for the versions that come after it.
pub(crate) fn is_sayable(version: &TagVersion) -> bool {
    [version.major, version.minor, version.patch].into_iter().all(|part| u32::try_from(part).is_ok())
}

fn prerelease_parts(version: &TagVersion) -> Option<(PrereleaseKind, u64)> {
    let (kind, number) = version.pre.as_str().split_once('.')?;
    (version.build == BuildMetadata::EMPTY).then_some(())?;
    Some((PrereleaseKind::parse(kind)?, number.parse::<u32>().ok()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_and_package_versions_lead_to_each_other_and_back() {
        for (tag, package) in [
            ("1.4.0", "1.4.0"),
            ("0.1.16", "0.1.16"),
            ("1.4.0-rc.1", "1.4.0rc1"),
            ("1.4.0-a.2", "1.4.0a2"),
            ("1.4.0-b.3", "1.4.0b3"),
            ("1.4.0-dev.4", "1.4.0.dev4"),
        ] {
            let (tag, package) =
                (tag.parse::<TagVersion>().unwrap(), package.parse::<PackageVersion>().unwrap());
            assert_eq!(package_version(&tag).unwrap(), package);
            assert_eq!(tag_version(&package).unwrap(), tag);
        }
    }

    #[test]
    fn short_package_versions_are_filled_up() {
        assert_eq!(tag_version(&"1.4".parse().unwrap()).unwrap(), TagVersion::new(1, 4, 0));
    }

    #[test]
    fn what_only_one_kind_can_say_is_refused() {
        for package in ["1!1.0", "1.0.0.post1", "1.0.0+local", "1.0.0.1", "1.0.0rc1.dev2", "1.0.4294967296"] {
            assert!(tag_version(&package.parse().unwrap()).is_err(), "{package} was accepted");
        }
        for tag in ["1.0.0+build", "1.0.0-rc", "1.0.0-rc.x", "1.0.0-beta.1", "1.0.0-rc.1.2", "1.0.0-rc.1+b"] {
            assert!(package_version(&tag.parse().unwrap()).is_err(), "{tag} was accepted");
        }
    }

    #[test]
    fn the_number_of_a_prerelease_is_read_only_before_its_own_version() {
        let of = TagVersion::new(1, 4, 0);
        let rc = PrereleaseKind::ReleaseCandidate;
        assert_eq!(rc.number(&"1.4.0-rc.7".parse().unwrap(), &of), Some(7));
        assert_eq!(rc.number(&"1.4.0-b.7".parse().unwrap(), &of), None);
        assert_eq!(rc.number(&"1.5.0-rc.7".parse().unwrap(), &of), None);
        assert_eq!(rc.number(&of, &of), None);
    }
}
