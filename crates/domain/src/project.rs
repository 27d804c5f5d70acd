use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::Deserializer;
use serde::de::Visitor;

use crate::Invalid;

/// The name of a Python project, as it is written; compared as indexes do, normalised.
///
/// - What may be written: <https://packaging.python.org/en/latest/specifications/name-normalization/#name-format>
/// - How it is compared: <https://packaging.python.org/en/latest/specifications/name-normalization/#name-normalization>
#[derive(Clone)]
pub struct ProjectName {
    written: String,
    normalised: String,
}

impl ProjectName {
    /// The name as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Lower case, words joined by one `-`: how indexes compare and serve it.
    #[must_use]
    pub fn normalised(&self) -> &str {
        &self.normalised
    }

    /// The normalised name with `_` for `-`: how the names of archives begin.
    #[must_use]
    pub fn in_file_names(&self) -> String {
        self.normalised.replace('-', "_")
    }
}

impl FromStr for ProjectName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let inside = |letter: char| letter.is_ascii_alphanumeric() || is_separator(letter);
        let outside = |letter: char| letter.is_ascii_alphanumeric();
        if !text.starts_with(outside) || !text.ends_with(outside) || !text.chars().all(inside) {
            return Err(Invalid::new(
                text,
                "a project name",
                "use ASCII letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
            ));
        }
        let words = text.split(is_separator).filter(|word| !word.is_empty());
        let normalised = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
        Ok(Self { written: text.to_owned(), normalised })
    }
}

fn is_separator(letter: char) -> bool {
    matches!(letter, '-' | '_' | '.')
}

impl PartialEq for ProjectName {
    fn eq(&self, other: &Self) -> bool {
        self.normalised == other.normalised
    }
}

impl Eq for ProjectName {}

impl Hash for ProjectName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalised.hash(state);
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProjectName({})", self.written)
    }
}

/// By a visitor, because parsers of text add the place in it to errors that arise within one.
impl<'de> serde::Deserialize<'de> for ProjectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = ProjectName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ProjectName, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_name_is_kept_as_written_and_compared_normalised() {
        let name: ProjectName = "Molecule_AI.-_Runtime".parse().unwrap();
        assert_eq!(name.as_str(), "Molecule_AI.-_Runtime");
        assert_eq!(name.normalised(), "molecule-ai-runtime");
        assert_eq!(name.in_file_names(), "molecule_ai_runtime");
        assert_eq!(name, "molecule.ai.runtime".parse().unwrap());
        assert_ne!(name, "molecule-airuntime".parse().unwrap());
        assert!("7".parse::<ProjectName>().is_ok());
    }

    #[test]
    fn what_an_index_could_not_serve_is_no_project_name() {
        for text in ["", "-", "-a", "a-", ".a", "a_", "a b", "ä", "a/b", "a\n", "../a"] {
            assert!(text.parse::<ProjectName>().is_err(), "{text:?} was accepted");
        }
    }
}
