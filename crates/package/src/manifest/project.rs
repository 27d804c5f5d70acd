//! `[project]`: what the index is told, under the names that pyproject.toml has for it.
//! <https://packaging.python.org/en/latest/specifications/pyproject-toml/>

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use domain::PackageVersion;
use pep440_rs::VersionSpecifiers;
use pep508_rs::{MarkerTree, Requirement, VerbatimUrl, VersionOrUrl};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::marker::{Installed, installed};
use super::words::{InvalidWord, ObjectReference, ProjectName, deserialized_from_str};
use crate::path::TreePath;

/// What the index is told of the package.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Project {
    /// One line on what it is.
    pub description: Line,
    /// A Markdown file that follows what the generated README says first.
    pub readme: Option<TreePath>,
    /// The versions of Python it runs on.
    pub requires_python: RequiresPython,
    /// Its license.
    pub license: LicenseExpression,
    /// The files that hold the license's text; at least one, since nearly every license wants to be shipped with what
    /// it is for.
    #[serde(deserialize_with = "at_least_one")]
    pub license_files: Vec<TreePath>,
    /// Words to find it by.
    #[serde(default)]
    pub keywords: Vec<Keyword>,
    /// Trove classifiers.
    #[serde(default)]
    pub classifiers: Vec<Classifier>,
    /// Its pages, by label.
    #[serde(default)]
    pub urls: BTreeMap<Line, Url>,
    /// What is installed with it.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
    /// The commands that it installs.
    #[serde(default)]
    pub scripts: BTreeMap<CommandName, ObjectReference>,
}

/// Reads a list of files that may not be empty.
fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<TreePath>, D::Error> {
    let paths = Vec::deserialize(deserializer)?;
    if paths.is_empty() {
        return Err(D::Error::custom(
            "it is empty: name the file that holds the license's text, as `LICENSE`",
        ));
    }
    Ok(paths)
}

/// The name of a command.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandName(String);

impl CommandName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CommandName {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let allowed = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
        if text.is_empty() || text.starts_with(['-', '.']) || !text.chars().all(allowed) {
            return Err(InvalidWord::new(
                text,
                "a command's name",
                "use ASCII letters, digits, `-`, `_` and `.`",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

/// One line of text that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line(String);

impl Line {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What PyPI allows a summary.
const LONGEST_LINE: usize = 512;

impl FromStr for Line {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: &str| Err(InvalidWord::new(text, "a line of text", rule));
        if text.trim() != text || text.is_empty() {
            return refuse("it is empty or begins or ends with a blank");
        }
        if text.chars().any(char::is_control) {
            return refuse("it has a line break or another control character");
        }
        if text.len() > LONGEST_LINE {
            return refuse("it is longer than 512 bytes");
        }
        Ok(Self(text.to_owned()))
    }
}

/// A word to find the package by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword(Line);

impl Keyword {
    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for Keyword {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        if text.contains(',') {
            return Err(InvalidWord::new(
                text,
                "a keyword",
                "metadata separates keywords by commas: write two",
            ));
        }
        text.parse().map(Self)
    }
}

/// A trove classifier. <https://pypi.org/classifiers/>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classifier(Line);

impl Classifier {
    /// The classifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for Classifier {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: &str| Err(InvalidWord::new(text, "a classifier", rule));
        if text.starts_with("License ::") {
            return refuse("PyPI refuses one beside a license expression: `license` says it already");
        }
        if !text.contains(" :: ") {
            return refuse("write it as https://pypi.org/classifiers/ has it");
        }
        text.parse().map(Self)
    }
}

/// An SPDX license expression, in the spelling of the SPDX list: `MIT OR Apache-2.0`.
/// <https://peps.python.org/pep-0639/>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseExpression(String);

impl LicenseExpression {
    /// The expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LicenseExpression {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        spdx::Expression::parse_mode(text, spdx::ParseMode::STRICT).map_err(|error| {
            let rule = match text {
                "BSL-1.1" => {
                    "the Business Source License 1.1 is `BUSL-1.1` (`BSL-1.0` is Boost's)".to_owned()
                }
                _ => format!("{} at byte {}; see https://spdx.org/licenses", error.reason, error.span.start),
            };
            InvalidWord::new(text, "an SPDX license expression", rule)
        })?;
        Ok(Self(text.to_owned()))
    }
}

/// The versions of Python that the package runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiresPython {
    written: String,
    specifiers: VersionSpecifiers,
}

impl RequiresPython {
    /// As it is written: `>=3.11`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Whether the package runs on Python 3.`minor`, in some of its patch releases.
    #[must_use]
    pub fn allows(&self, minor: u8) -> bool {
        // a bound may name a patch release: `>=3.11.4`, `!=3.12.0`, `<3.13.1`
        (0..=40).any(|patch| self.specifiers.contains(&PackageVersion::new([3, u64::from(minor), patch])))
    }
}

impl FromStr for RequiresPython {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: String| InvalidWord::new(text, "a range of Python versions", rule);
        let specifiers: VersionSpecifiers =
            text.parse().map_err(|error: pep440_rs::VersionSpecifiersParseError| {
                let first = error.to_string();
                refuse(first.lines().next().unwrap_or("it cannot be read").to_owned())
            })?;
        if specifiers.is_empty() {
            return Err(refuse("it is empty: name the oldest, as `>=3.11`".to_owned()));
        }
        let range = Self { written: text.to_owned(), specifiers };
        if !(0..=u8::MAX).any(|minor| range.allows(minor)) {
            return Err(refuse("it allows no version of Python 3".to_owned()));
        }
        Ok(range)
    }
}

/// A distribution that is installed with the package: `httpx>=0.27; sys_platform == 'linux'`.
/// <https://packaging.python.org/en/latest/specifications/dependency-specifiers/>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    written: String,
    distribution: String,
    marker: MarkerTree,
}

impl Dependency {
    /// Whether it is installed with the package on Python 3.`minor`, by its marker. What only an extra brings counts
    /// as installed: the modules that need it are imported by those who asked for the extra.
    #[must_use]
    pub fn is_installed(&self, minor: u8) -> Installed {
        installed(&self.marker, minor)
    }

    /// As it is written; not reprinted from its parse, which would respell markers.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The normalised name of the distribution.
    #[must_use]
    pub fn distribution(&self) -> &str {
        &self.distribution
    }
}

impl FromStr for Dependency {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: &str| InvalidWord::new(text, "a dependency", rule);
        // the parser of requirements panics at a name that ends in a dot
        let is_of_name = |one: char| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.');
        let name = text.trim_start().split(|one| !is_of_name(one)).next().unwrap_or_default();
        if name.parse::<ProjectName>().is_err() {
            return Err(refuse("its name begins and ends with a letter or digit"));
        }
        let requirement = Requirement::<VerbatimUrl>::from_str(text).map_err(|error| {
            refuse(error.message.to_string().lines().next().unwrap_or("it cannot be read"))
        })?;
        if let Some(VersionOrUrl::Url(_)) = requirement.version_or_url {
            return Err(refuse("an index refuses a dependency by URL: publish it, and name its version"));
        }
        if text.chars().any(char::is_control) {
            return Err(refuse("it has a line break or another control character"));
        }
        Ok(Self {
            written: text.trim().to_owned(),
            distribution: requirement.name.to_string(),
            marker: requirement.marker,
        })
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

deserialized_from_str!(Line, Keyword, Classifier, LicenseExpression, RequiresPython, Dependency, CommandName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_must_be_spelt_as_spdx_spells_it() {
        for text in [
            "MIT",
            "BUSL-1.1",
            "MIT OR Apache-2.0",
            "LicenseRef-Acme",
            "GPL-3.0-or-later WITH GCC-exception-3.1",
        ] {
            assert!(text.parse::<LicenseExpression>().is_ok(), "{text} was refused");
        }
        for text in ["BSL-1.1", "mit", "Apache 2.0", "MIT/Apache-2.0", "GPL-3.0", ""] {
            assert!(text.parse::<LicenseExpression>().is_err(), "{text} was accepted");
        }
        let error = "BSL-1.1".parse::<LicenseExpression>().unwrap_err().to_string();
        assert!(error.contains("`BUSL-1.1`"), "{error}");
    }

    #[test]
    fn what_an_index_would_refuse_is_refused_first() {
        assert!("Programming Language :: Python :: 3".parse::<Classifier>().is_ok());
        for text in ["License :: OSI Approved :: MIT License", "Python 3", "A ::\n B"] {
            assert!(text.parse::<Classifier>().is_err(), "{text} was accepted");
        }
        assert!("ai agents".parse::<Keyword>().is_ok());
        assert!("ai,agents".parse::<Keyword>().is_err());
    }

    #[test]
    fn a_range_allows_a_minor_version_when_it_allows_some_release_of_it() {
        let range: RequiresPython = ">=3.11.4,<3.13".parse().unwrap();
        let allowed = (0..20).filter(|minor| range.allows(*minor)).collect::<Vec<_>>();
        assert_eq!(allowed, [11, 12]);
    }

    #[test]
    fn a_range_without_any_python_3_is_refused() {
        for text in ["<3", "==2.7.*", ">=4", ">=3.12,<3.11"] {
            let error = text.parse::<RequiresPython>().unwrap_err().to_string();
            assert!(error.contains("it allows no version of Python 3"), "{text}: {error}");
        }
        assert!("<4".parse::<RequiresPython>().is_ok());
    }

    #[test]
    fn a_dependency_keeps_its_spelling_and_knows_its_distribution() {
        let dependency: Dependency = "Acme.Wire[fast] >=2 ; python_version<'3.13'".parse().unwrap();
        assert_eq!(dependency.as_str(), "Acme.Wire[fast] >=2 ; python_version<'3.13'");
        assert_eq!(dependency.distribution(), "acme-wire");
        for text in ["acme.", "acme..>=1", "-acme", "", "acme-; python_version < '3.13'"] {
            assert!(text.parse::<Dependency>().is_err(), "{text} was accepted");
        }
    }
}
