//! Where a mirror stands, and where it is made from.

use std::fmt;
use std::str::FromStr;

use domain::{BranchName, CommitSha, RepoName};
use url::Url;

/// A repository on a certain forge: `github.com/acme/runtime`, `git.acme.test:3000/forge/acme/runtime`.
///
/// The scheme is no part of it: one repository has several addresses, and a commit names the repository. Compared
/// without case, but for a path that a forge may be served below.
#[derive(Debug, Clone)]
pub struct RepositoryPlace {
    site: String,
    repository: RepoName,
}

/// A text of a trailer that is not what its place asks for, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {expected}: {rule}", .text.escape_debug())]
pub struct PlaceError {
    text: String,
    expected: &'static str,
    rule: String,
}

impl PlaceError {
    fn new(text: &str, expected: &'static str, rule: impl Into<String>) -> Self {
        Self { text: text.chars().take(120).collect(), expected, rule: rule.into() }
    }
}

impl RepositoryPlace {
    /// The place of a repository on the forge whose pages are at `server`.
    ///
    /// # Errors
    /// When the address has no host.
    pub fn on(server: &Url, repository: &RepoName) -> Result<Self, PlaceError> {
        let host = server.host_str().unwrap_or_default();
        let port = server.port().map(|port| format!(":{port}")).unwrap_or_default();
        let path = server.path().trim_end_matches('/');
        format!("{host}{port}{path}/{repository}").parse()
    }

    /// The forge: `github.com`.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// The repository on it.
    #[must_use]
    pub fn repository(&self) -> &RepoName {
        &self.repository
    }
}

impl FromStr for RepositoryPlace {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refuse = |rule: &str| PlaceError::new(text, "the place of a repository", rule);
        let shape = || refuse("write it as `host/owner/name`");
        let (rest, name) = text.rsplit_once('/').ok_or_else(shape)?;
        let (site, owner) = rest.rsplit_once('/').ok_or_else(shape)?;
        let repository = format!("{owner}/{name}").parse().map_err(|error| refuse(&format!("{error}")))?;
        let mut components = site.split('/');
        let host = components.next().unwrap_or_default();
        if host.is_empty() || components.clone().any(|one| matches!(one, "" | "." | "..")) {
            return Err(shape());
        }
        let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        let is_of_path = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~%".contains(&byte);
        if !host.bytes().all(is_of_host) || !components.all(|one| one.bytes().all(is_of_path)) {
            return Err(refuse("it has a character that no host and no path of a forge has"));
        }
        Ok(Self { site: site.to_owned(), repository })
    }
}

impl PartialEq for RepositoryPlace {
    fn eq(&self, other: &Self) -> bool {
        let split = |site: &str| {
            let (host, path) = site.split_once('/').unwrap_or((site, ""));
            (host.to_ascii_lowercase(), path.to_owned())
        };
        split(&self.site) == split(&other.site) && self.repository == other.repository
    }
}

impl Eq for RepositoryPlace {}

impl fmt::Display for RepositoryPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.site, self.repository)
    }
}

/// The one branch that a mirror is: `github.com/acme/runtime#refs/heads/main`.
///
/// It is signed with each commit, so that a commit of one mirror is worth nothing in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorTarget {
    /// The repository.
    pub place: RepositoryPlace,
    /// The branch.
    pub branch: BranchName,
}

impl FromStr for MirrorTarget {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refuse = |rule: String| PlaceError::new(text, "a mirror's branch", rule);
        let (place, branch) = text
            .split_once("#refs/heads/")
            .ok_or_else(|| refuse("write it as `host/owner/name#refs/heads/branch`".to_owned()))?;
        let branch = branch.parse().map_err(|error| refuse(format!("{error}")))?;
        Ok(Self { place: place.parse()?, branch })
    }
}

impl fmt::Display for MirrorTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.place, self.branch.full_ref())
    }
}

/// The folder that a mirror's tree was made from, as a path in its repository; `.` is all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFolder(String);

impl SourceFolder {
    /// `workspace`, or `.`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the whole repository.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0 == "."
    }
}

impl FromStr for SourceFolder {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refuse = |rule: &str| Err(PlaceError::new(text, "a folder of a repository", rule));
        if text.chars().any(char::is_control) || text.trim() != text {
            return refuse("it has a control character, or a blank at an end");
        }
        if text != "." && text.split('/').any(|one| matches!(one, "" | "." | "..")) {
            return refuse("write it as a relative path without `.` and `..`, or as `.`");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SourceFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a mirror's tree was made from: `github.com/acme/core@<commit> workspace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorSource {
    /// The repository.
    pub place: RepositoryPlace,
    /// The commit, by its full id.
    pub commit: CommitSha,
    /// The folder in it.
    pub folder: SourceFolder,
}

impl FromStr for MirrorSource {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refuse = |rule: String| PlaceError::new(text, "a mirror's source", rule);
        let shape = || refuse("write it as `host/owner/name@commit folder`".to_owned());
        let (at, folder) = text.split_once(' ').ok_or_else(shape)?;
        let (place, commit) = at.split_once('@').ok_or_else(shape)?;
        let commit: CommitSha = commit.parse().map_err(|error| refuse(format!("{error}")))?;
        if commit.is_null() {
            return Err(refuse("the commit is git's word for none".to_owned()));
        }
        Ok(Self { place: place.parse()?, commit, folder: folder.parse()? })
    }
}

impl fmt::Display for MirrorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} {}", self.place, self.commit, self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn a_place_is_read_from_the_address_of_its_forge() {
        let of = |server: &str| {
            let place = RepositoryPlace::on(&server.parse().unwrap(), &"acme/runtime".parse().unwrap());
            place.unwrap().to_string()
        };
        assert_eq!(of("https://github.com"), "github.com/acme/runtime");
        assert_eq!(of("http://127.0.0.1:3000/"), "127.0.0.1:3000/acme/runtime");
        assert_eq!(of("https://acme.test/git/"), "acme.test/git/acme/runtime");
    }

    #[test]
    fn places_are_compared_as_forges_compare_them() {
        let place = |text: &str| text.parse::<RepositoryPlace>().unwrap();
        assert_eq!(place("GitHub.com/Acme/Runtime"), place("github.com/acme/runtime"));
        assert_ne!(place("github.com/acme/runtime"), place("github.org/acme/runtime"));
        assert_ne!(place("acme.test/git/acme/runtime"), place("acme.test/Git/acme/runtime"));
        assert_ne!(place("acme.test/a/b"), place("acme.test/x/a/b"));
    }

    #[test]
    fn what_could_be_taken_for_another_place_is_none() {
        for text in [
            "",
            "acme/runtime",
            "/acme/runtime",
            "a b/acme/runtime",
            "a//acme/runtime",
            "a/../acme/runtime",
            "user@host/acme/runtime",
            "host/acme/..",
            "https://host/acme/runtime",
            "host/acme/runtime\n",
        ] {
            assert!(text.parse::<RepositoryPlace>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn targets_and_sources_are_written_as_they_are_read() {
        let target = "github.com/acme/runtime#refs/heads/main";
        assert_eq!(target.parse::<MirrorTarget>().unwrap().to_string(), target);
        let source = format!("github.com/acme/core@{COMMIT} work space/a");
        assert_eq!(source.parse::<MirrorSource>().unwrap().to_string(), source);
        let whole = format!("github.com/acme/core@{COMMIT} .");
        assert!(whole.parse::<MirrorSource>().unwrap().folder.is_whole());
    }

    #[test]
    fn tags_abbreviations_and_ways_out_are_refused() {
        for text in ["github.com/acme/runtime", "github.com/acme/runtime#refs/tags/v1", "a/b/c#refs/heads/"] {
            assert!(text.parse::<MirrorTarget>().is_err(), "{text:?} was accepted");
        }
        for folder in ["", "..", "a/..", "/a", "a/", "./a", " a", "a\tb"] {
            let text = format!("github.com/acme/core@{COMMIT} {folder}");
            assert!(text.parse::<MirrorSource>().is_err(), "{text:?} was accepted");
        }
        assert!("github.com/acme/core@0123456 a".parse::<MirrorSource>().is_err());
        assert!(format!("github.com/acme/core@{} a", "0".repeat(40)).parse::<MirrorSource>().is_err());
    }
}
