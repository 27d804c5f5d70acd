use std::fmt;
use std::str::FromStr;

use pep440_rs::Version as PackageVersion;

use crate::{Invalid, ProjectName};

/// The two kinds of archive that a release consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArchiveKind {
    /// A built distribution: `name-1.0-py3-none-any.whl`.
    Wheel,
    /// A source distribution: `name-1.0.tar.gz`.
    Sdist,
}

/// The file name of a wheel or sdist, which says whose it is and of which version.
///
/// - Wheels: <https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>
/// - Sdists: <https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name>,
///   and the older ones whose name holds dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveName {
    text: String,
    project: ProjectName,
    version: PackageVersion,
    kind: ArchiveKind,
}

impl ArchiveName {
    /// Reads the name of a file that an index lists for `project`.
    ///
    /// Knowing the project tells where the name ends in an older sdist, `a-b-1.0-2.tar.gz`.
    ///
    /// # Errors
    /// When it is the name of no wheel or sdist, or of one of another project.
    pub fn of_project(text: &str, project: &ProjectName) -> Result<Self, Invalid> {
        let found = match stem_of_sdist(text) {
            Some(stem) => sdist(text, stem, |name| name == project)?,
            None => wheel(text)?,
        };
        if found.project == *project {
            Ok(found)
        } else {
            Err(invalid(text, format!("it is a file of project `{}`, not of `{project}`", found.project)))
        }
    }

    /// The whole file name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The project, as the file name writes it.
    #[must_use]
    pub fn project(&self) -> &ProjectName {
        &self.project
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &PackageVersion {
        &self.version
    }

    /// Wheel or sdist.
    #[must_use]
    pub fn kind(&self) -> ArchiveKind {
        self.kind
    }
}

/// Reads a name as today's specifications want it: in an sdist's, the version follows the last dash.
impl FromStr for ArchiveName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match stem_of_sdist(text) {
            Some(stem) => sdist(text, stem, |name| !name.as_str().contains('-')),
            None => wheel(text),
        }
    }
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn invalid(text: &str, rule: impl Into<String>) -> Invalid {
    Invalid::new(text, "the file name of a wheel or sdist", rule)
}

fn stem_of_sdist(text: &str) -> Option<&str> {
    text.strip_suffix(".tar.gz").or_else(|| text.strip_suffix(".zip"))
}

/// The first dash that `accepts` the name before it, and is followed by a version, is the one between them;
/// where there is none, the last.
fn sdist(text: &str, stem: &str, accepts: impl Fn(&ProjectName) -> bool) -> Result<ArchiveName, Invalid> {
    let parts = |dash: usize| {
        let (name, version) = (&stem[..dash], &stem[dash + 1..]);
        Some((name.parse::<ProjectName>().ok()?, version.parse::<PackageVersion>().ok()?))
    };
    let accepted = stem
        .match_indices('-')
        .filter_map(|(dash, _)| parts(dash))
        .find(|(name, _)| accepts(name))
        .or_else(|| parts(stem.rfind('-')?));
    let (project, version) =
        accepted.ok_or_else(|| invalid(text, "write an sdist's as `name-version.tar.gz`"))?;
    Ok(ArchiveName { text: text.to_owned(), project, version, kind: ArchiveKind::Sdist })
}

fn wheel(text: &str) -> Result<ArchiveName, Invalid> {
    let refuse = || invalid(text, "write a wheel's as `name-version[-build]-python-abi-platform.whl`");
    let stem =
        text.strip_suffix(".whl").ok_or_else(|| invalid(text, "it ends in neither `.whl` nor `.tar.gz`"))?;
    let parts: Vec<&str> = stem.split('-').collect();
    let (name, version, tags) = match parts[..] {
        [name, version, ref tags @ ..] if tags.len() == 3 => (name, version, tags),
        [name, version, build, ref tags @ ..]
            if tags.len() == 3 && build.starts_with(|first: char| first.is_ascii_digit()) =>
        {
            (name, version, tags)
        }
        _ => return Err(refuse()),
    };
    let is_tag = |tag: &&str| {
        !tag.is_empty() && tag.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"_.".contains(&letter))
    };
    if !tags.iter().all(is_tag) {
        return Err(refuse());
    }
    Ok(ArchiveName {
        text: text.to_owned(),
        project: name.parse().map_err(|_| refuse())?,
        version: version.parse().map_err(|_| refuse())?,
        kind: ArchiveKind::Wheel,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String, ArchiveKind)> {
        let name: ArchiveName = text.parse().ok()?;
        Some((name.project().normalised().to_owned(), name.version().to_string(), name.kind()))
    }

    fn read_of(project: &str, text: &str) -> Option<String> {
        let name = ArchiveName::of_project(text, &project.parse().unwrap()).ok()?;
        Some(name.version().to_string())
    }

    #[test]
    fn a_wheel_says_its_project_and_version() {
        for (text, version) in [
            ("molecule_runtime-1.4.0-py3-none-any.whl", "1.4.0"),
            (
                "Molecule.Runtime-1.4.0rc1-2a-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                "1.4.0rc1",
            ),
            ("molecule_runtime-1.4.0+local.1-py2.py3-none-any.whl", "1.4.0+local.1"),
        ] {
            assert_eq!(read(text), Some(("molecule-runtime".into(), version.into(), ArchiveKind::Wheel)));
        }
    }

    #[test]
    fn an_sdist_says_its_project_and_version() {
        for text in ["molecule_runtime-1.4.0.tar.gz", "molecule.runtime-1.4.0.zip"] {
            assert_eq!(
                read(text),
                Some(("molecule-runtime".into(), "1.4.0".into(), ArchiveKind::Sdist)),
                "{text}"
            );
        }
    }

    #[test]
    fn an_older_sdist_is_cut_where_its_projects_name_ends() {
        assert_eq!(
            read_of("molecule-ai-runtime", "molecule-ai-runtime-1.4.0.tar.gz").as_deref(),
            Some("1.4.0")
        );
        assert_eq!(read_of("a-1", "A-1-2.0.tar.gz").as_deref(), Some("2.0"));
        assert_eq!(read_of("a", "a-2.0-1.tar.gz").as_deref(), Some("2.0.post1"));
        assert_eq!(read_of("a", "a-1-2.0.tar.gz"), None);
        assert_eq!(read("molecule-ai-runtime-1.4.0.tar.gz").unwrap().0, "molecule-ai-runtime");
    }

    #[test]
    fn a_file_of_another_project_is_told_as_that() {
        let project = "alpha".parse().unwrap();
        for text in ["beta-1.0.tar.gz", "beta-1.0-py3-none-any.whl"] {
            let refusal = ArchiveName::of_project(text, &project).unwrap_err().to_string();
            assert!(refusal.contains("file of project `beta`, not of `alpha`"), "{refusal}");
        }
    }

    #[test]
    fn what_is_neither_wheel_nor_sdist_is_refused() {
        for text in [
            "",
            "a.whl",
            ".tar.gz",
            "a.tar.gz",
            "a-.tar.gz",
            "-1.0.tar.gz",
            "a-1.0.tar.bz2",
            "a-1.0-py3.egg",
            "a-1.0.win32.exe",
            "a-1.0-py3-none.whl",
            "a-1.0-x1-py3-none-any.whl",
            "a-1.0-1-py3-none-any-more.whl",
            "a-one-py3-none-any.whl",
            "a-1.0-py3--any.whl",
            "a-1.0-py3-none-any/../x.whl",
            "../a-1.0.tar.gz",
            "a-1.0.tar.gz.asc",
        ] {
            assert!(text.parse::<ArchiveName>().is_err(), "{text:?} was accepted");
        }
    }
}
