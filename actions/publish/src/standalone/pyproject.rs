//! The pyproject.toml of a project, as far as its name and version go.
//! <https://packaging.python.org/en/latest/specifications/pyproject-toml/>

use std::ops::Range;

use domain::{PackageVersion, ProjectName};
use serde::Deserialize;
use toml::Spanned;

/// What a pyproject.toml says of name and version.
#[derive(Debug, Clone)]
pub struct Pyproject {
    text: String,
    /// The name; none where the file has no `[project]`, as old backends allow.
    pub name: Option<ProjectName>,
    /// The version, or who decides it.
    pub version: DeclaredVersion,
}

/// What a pyproject.toml says of the version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredVersion {
    /// It is this one.
    Static {
        /// The version.
        version: PackageVersion,
        /// Where in the file its string is, quotes included, in bytes.
        at: Range<usize>,
    },
    /// The build backend decides: from a tag, from a module's `__version__`, from a file.
    Dynamic,
}

/// Why a pyproject.toml cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct PyprojectError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

#[derive(Deserialize)]
struct Raw {
    project: Option<RawProject>,
}

#[derive(Deserialize)]
struct RawProject {
    name: Spanned<String>,
    version: Option<Spanned<String>>,
    #[serde(default)]
    dynamic: Vec<String>,
}

impl Pyproject {
    /// Reads a pyproject.toml.
    ///
    /// # Errors
    /// When it is not TOML, or its name or version is none.
    pub fn parse(text: String) -> Result<Self, PyprojectError> {
        let refuse = |at: usize, message: String| {
            let before = text.get(..at).unwrap_or_default();
            PyprojectError { line: before.matches('\n').count() + 1, message }
        };
        let raw: Raw = toml::from_str(&text).map_err(|error| {
            refuse(error.span().map_or(0, |span| span.start), error.message().replace('\n', ", "))
        })?;
        let Some(project) = raw.project else {
            return Ok(Self { text, name: None, version: DeclaredVersion::Dynamic });
        };
        let name = project.name.get_ref().parse::<ProjectName>();
        let name = name.map_err(|error| refuse(project.name.span().start, error.to_string()))?;
        let is_dynamic = project.dynamic.iter().any(|field| field == "version");
        let version = match project.version {
            Some(written) if is_dynamic => {
                let message = "`version` is given, and is in `dynamic` too".to_owned();
                return Err(refuse(written.span().start, message));
            }
            Some(written) => {
                let version = written.get_ref().parse().map_err(|_| {
                    let message = format!("`{}` is no version by PEP 440", written.get_ref().escape_debug());
                    refuse(written.span().start, message)
                })?;
                DeclaredVersion::Static { version, at: written.span() }
            }
            None if is_dynamic => DeclaredVersion::Dynamic,
            None => {
                let message = "`[project]` has no `version`, and does not have it in `dynamic`".to_owned();
                return Err(refuse(project.name.span().start, message));
            }
        };
        Ok(Self { text, name: Some(name), version })
    }

    /// The file with another version, and every other byte as it is; none where the backend decides.
    #[must_use]
    pub fn stamped(&self, version: &PackageVersion) -> Option<String> {
        let DeclaredVersion::Static { at, .. } = &self.version else { return None };
        let mut text = self.text.clone();
        text.replace_range(at.clone(), &format!("\"{version}\""));
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "# ours\r\n[build-system]\nrequires = [\"flit_core\"]\n\n[project]\nname = \"Acme.Runtime\"\n\
        version   = '1.4.0'  # ü, by hand\ndynamic = [\"description\"]\n\n[tool.x]\nversion = \"1.4.0\"\n";

    fn error(text: &str) -> String {
        Pyproject::parse(text.to_owned()).unwrap_err().to_string()
    }

    #[test]
    fn a_static_version_is_read_and_replaced_and_nothing_else_is() {
        let pyproject = Pyproject::parse(TEXT.to_owned()).unwrap();
        assert_eq!(pyproject.name.as_ref().unwrap().normalised(), "acme-runtime");
        assert!(
            matches!(&pyproject.version, DeclaredVersion::Static { version, .. } if version.to_string() == "1.4.0")
        );
        let stamped = pyproject.stamped(&"2.0.0rc1".parse().unwrap()).unwrap();
        assert_eq!(stamped, TEXT.replace("'1.4.0'", "\"2.0.0rc1\""));
        let inline = "project = { name = \"a\", version = \"1\" }";
        let inline = Pyproject::parse(inline.to_owned()).unwrap().stamped(&"2".parse().unwrap()).unwrap();
        assert_eq!(inline, "project = { name = \"a\", version = \"2\" }");
    }

    #[test]
    fn a_version_that_the_backend_decides_is_not_stamped() {
        for text in [
            "[project]\nname = \"a\"\ndynamic = [\"version\"]\n",
            "[build-system]\nrequires = [\"poetry-core\"]\n[tool.poetry]\nversion = \"1.0\"\n",
            "",
        ] {
            let pyproject = Pyproject::parse(text.to_owned()).unwrap();
            assert_eq!(pyproject.version, DeclaredVersion::Dynamic);
            assert_eq!(pyproject.stamped(&"2".parse().unwrap()), None);
        }
    }

    proptest! {
        #[test]
        fn whatever_can_be_stamped_then_says_so_and_nothing_else(
            from in 0..TEXT.len(), cut in 0_usize..20, by in "[\"'=\\n.\\[\\]ü #a-z0-9]{0,4}",
        ) {
            let (start, end) = (from, (from + cut).min(TEXT.len()));
            prop_assume!(TEXT.is_char_boundary(start) && TEXT.is_char_boundary(end));
            let text = format!("{}{by}{}", &TEXT[..start], &TEXT[end..]);
            let Ok(pyproject) = Pyproject::parse(text.clone()) else { return Ok(()) };
            let Some(stamped) = pyproject.stamped(&"9.8.7".parse().unwrap()) else { return Ok(()) };
            let again = Pyproject::parse(stamped.clone()).unwrap();
            let DeclaredVersion::Static { version, at } = again.version else { panic!("{stamped}") };
            prop_assert_eq!(version.to_string(), "9.8.7");
            let DeclaredVersion::Static { at: was, .. } = pyproject.version else { panic!("{text}") };
            prop_assert_eq!(&stamped[..at.start], &text[..was.start]);
            prop_assert_eq!(&stamped[at.end..], &text[was.end..]);
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_line() {
        assert_eq!(
            error("[project]\nname = \"a\"\nversion = \"one\"\n"),
            "line 3: `one` is no version by PEP 440"
        );
        assert!(error("[project]\nname = \"a\"\n").starts_with("line 2: `[project]` has no `version`"));
        assert!(
            error("[project]\nname = \"a\"\nversion = \"1\"\ndynamic = [\"version\"]\n")
                .starts_with("line 3")
        );
        assert!(error("[project]\nversion = \"1\"\n").contains("missing field `name`"));
        assert!(error("[project\n").starts_with("line 1: "));
    }
}
