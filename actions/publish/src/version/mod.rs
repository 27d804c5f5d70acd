//! Which version is built.

mod automatic;

use domain::{NoTagVersion, PackageVersion, TagName, TagPrefix};
use index::IndexError;
use runner::{Diagnostic, Exit, GitRef};

pub use automatic::{FIRST, automatic, next_after};

/// What `version` says to have the version that follows those of the index.
pub const AUTOMATIC: &str = "auto";

/// Where a version may come from; the first that is there counts.
#[derive(Debug, Clone, Copy)]
pub struct VersionSources<'a> {
    /// The input `version`.
    pub given: Option<&'a str>,
    /// The input `tag`.
    pub tag: Option<&'a TagName>,
    /// What the run is for.
    pub git_ref: Option<&'a GitRef>,
}

/// What the inputs say of the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    Exactly(PackageVersion),
    /// The one that follows those of the index: see [`automatic`].
    Next,
}

impl Wanted {
    /// The version, where no index may be asked.
    ///
    /// # Errors
    /// When only the index tells.
    pub fn without_index(self) -> Result<PackageVersion, VersionError> {
        match self {
            Self::Exactly(version) => Ok(version),
            Self::Next => Err(VersionError::NoIndex),
        }
    }
}

/// Why there is no version.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// No source tells one.
    #[error("no version is known: neither `version` nor `tag` is set, and the run is not for a tag")]
    None,
    /// The text is no version.
    #[error("`{text}` is no version by PEP 440")]
    NotAVersion {
        /// The input.
        text: String,
        /// Why.
        source: pep440_rs::VersionParseError,
    },
    /// A tag of another kind.
    #[error(
        "tag `{tag}` is no release tag: it is not `{prefix}` and a version such as `1.4.0` or `1.4.0-rc.1`"
    )]
    NotARelease {
        /// The tag.
        tag: TagName,
        /// The prefix.
        prefix: TagPrefix,
    },
    /// A tag's version that packages cannot have.
    #[error("could not take the version from tag `{tag}`")]
    NoPackageVersion {
        /// The tag.
        tag: TagName,
        /// Why.
        source: NoTagVersion,
    },
    /// The index does not tell which versions it holds.
    #[error("the version that follows those of the index is not known")]
    Index(#[source] Box<IndexError>),
    /// Nobody may be asked.
    #[error("the version is `{AUTOMATIC}`, and this command asks no index")]
    NoIndex,
    /// There is no higher number.
    #[error("no version follows {0}: its last component has reached the highest number")]
    NothingFollows(PackageVersion),
    /// The input `version` asks the index, and a tag names one.
    #[error("input `version` is `{AUTOMATIC}` and the tag `{tag}` says `{tagged}`")]
    AutomaticAndTag {
        /// The input `tag`.
        tag: TagName,
        /// Its version.
        tagged: PackageVersion,
    },
    /// Two sources disagree.
    #[error("input `version` is `{given}` and the tag `{tag}` says `{tagged}`")]
    Disagree {
        /// The input `version`.
        given: PackageVersion,
        /// The input `tag`.
        tag: TagName,
        /// Its version.
        tagged: PackageVersion,
    },
}

impl Diagnostic for VersionError {
    fn exit(&self) -> Exit {
        if matches!(self, Self::Index(_)) { Exit::Failed } else { Exit::BadInput }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::Index(error) => {
                let name_one = "or name the version by `version`".to_owned();
                return error.hint().into_iter().chain([name_one]).collect();
            }
            Self::NoIndex | Self::NothingFollows(_) => "name a version by `version`",
            Self::None => "set `version`, for a build on a laptop to `0.1.0-local`",
            Self::NotAVersion { .. } => {
                "write it as `1.4.0`, `1.4.0.dev1`, `1.4.0a1`, `1.4.0b1`, `1.4.0rc1`, `1.4.0.post1` or `1.4.0-local`"
            }
            Self::NotARelease { .. } => "set `tag-prefix` to what your release tags begin with",
            Self::NoPackageVersion { .. } => "tag the commit anew",
            Self::Disagree { .. } | Self::AutomaticAndTag { .. } => "set only one of `version` and `tag`",
        };
        vec![hint.to_owned()]
    }
}

/// The version to build.
///
/// # Errors
/// When no source tells one, two disagree, or what tells one is no version.
pub fn version(sources: VersionSources<'_>, prefix: &TagPrefix) -> Result<Wanted, VersionError> {
    let given = sources.given.map(manual).transpose()?;
    let tagged = sources.tag.map(|tag| of_tag(tag, prefix).map(|version| (tag, version))).transpose()?;
    match (given, tagged, sources.git_ref) {
        (Some(Wanted::Exactly(given)), Some((tag, tagged)), _) if given != tagged => {
            Err(VersionError::Disagree { given, tag: tag.clone(), tagged })
        }
        (Some(Wanted::Next), Some((tag, tagged)), _) => {
            Err(VersionError::AutomaticAndTag { tag: tag.clone(), tagged })
        }
        (Some(wanted), ..) => Ok(wanted),
        (None, Some((_, version)), _) => Ok(Wanted::Exactly(version)),
        (None, None, Some(GitRef::Tag(tag))) => of_tag(tag, prefix).map(Wanted::Exactly),
        (None, None, _) => Err(VersionError::None),
    }
}

/// What a person wrote.
fn manual(text: &str) -> Result<Wanted, VersionError> {
    if text == AUTOMATIC {
        return Ok(Wanted::Next);
    }
    let spelt = match text.strip_suffix("-local") {
        Some(base) => format!("{base}+local"),
        None => text.to_owned(),
    };
    spelt
        .parse()
        .map(Wanted::Exactly)
        .map_err(|source| VersionError::NotAVersion { text: text.to_owned(), source })
}

fn of_tag(tag: &TagName, prefix: &TagPrefix) -> Result<PackageVersion, VersionError> {
    let Some(release) = prefix.release(tag.as_str()) else {
        return Err(VersionError::NotARelease { tag: tag.clone(), prefix: prefix.clone() });
    };
    domain::package_version(release.version())
        .map_err(|source| VersionError::NoPackageVersion { tag: tag.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(given: Option<&str>, tag: Option<&str>, git_ref: Option<&str>) -> Result<String, String> {
        let tag = tag.map(|tag| tag.parse().unwrap());
        let git_ref = git_ref.map(|git_ref| git_ref.parse().unwrap());
        let sources = VersionSources { given, tag: tag.as_ref(), git_ref: git_ref.as_ref() };
        let prefix = "runtime-v".parse().unwrap();
        match version(sources, &prefix) {
            Ok(Wanted::Exactly(version)) => Ok(version.to_string()),
            Ok(Wanted::Next) => Ok("next".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_version_comes_from_the_input_the_tag_or_the_run() {
        let run = Some("refs/tags/runtime-v0.1.6");
        assert_eq!(of(None, None, run).unwrap(), "0.1.6");
        assert_eq!(of(None, Some("runtime-v0.2.0-rc.1"), run).unwrap(), "0.2.0rc1");
        assert_eq!(of(Some("0.3"), None, run).unwrap(), "0.3");
        assert_eq!(of(Some("0.2.0"), Some("runtime-v0.2.0"), run).unwrap(), "0.2.0");
    }

    #[test]
    fn the_index_is_asked_only_when_a_person_says_so() {
        assert_eq!(of(Some("auto"), None, None).unwrap(), "next");
        assert_eq!(of(Some("auto"), None, Some("refs/heads/staging")).unwrap(), "next");
        let error = of(Some("auto"), Some("runtime-v1.0.0"), None).unwrap_err();
        assert_eq!(error, "input `version` is `auto` and the tag `runtime-v1.0.0` says `1.0.0`");
        assert!(Wanted::Next.without_index().is_err());
    }

    #[test]
    fn a_person_may_write_any_version_of_pep_440() {
        for (written, version) in [
            ("1.4.0.dev3", "1.4.0.dev3"),
            ("1.4.0-rc1", "1.4.0rc1"),
            ("1.4.0.post2", "1.4.0.post2"),
            ("0.1.0-local", "0.1.0+local"),
            ("0.1.0rc1-local", "0.1.0rc1+local"),
        ] {
            assert_eq!(of(Some(written), None, None).unwrap(), version);
        }
        for text in ["one", "0.1.0+a-local", "1.4.0-nightly", "-local", "1.0\n2.0"] {
            assert!(of(Some(text), None, None).unwrap_err().contains("is no version by PEP 440"), "{text}");
        }
    }

    #[test]
    fn no_version_is_guessed() {
        for git_ref in [None, Some("refs/heads/main"), Some("refs/pull/1/merge")] {
            assert!(of(None, None, git_ref).unwrap_err().contains("no version is known"), "{git_ref:?}");
        }
        assert!(of(None, None, Some("refs/tags/v1.0.0")).unwrap_err().contains("is no release tag"));
        assert!(
            of(None, Some("runtime-v1.0.0-beta"), None).unwrap_err().contains("could not take the version")
        );
        assert!(of(Some("1.0.0"), Some("runtime-v1.0.1"), None).unwrap_err().contains("says `1.0.1`"));
    }
}
