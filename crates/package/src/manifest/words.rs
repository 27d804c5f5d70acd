//! The words of a manifest, each parsed once and valid from then on.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use pep508_rs::PackageName;
use serde::Deserializer;
use serde::de::Visitor;

use crate::path::TreePath;

/// A text that is not what its place asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {expected}: {rule}", .text.escape_debug())]
pub struct InvalidWord {
    text: String,
    expected: &'static str,
    rule: String,
}

impl InvalidWord {
    pub(super) fn new(text: &str, expected: &'static str, rule: impl fmt::Display) -> Self {
        Self { text: text.to_owned(), expected, rule: rule.to_string() }
    }
}

/// Reads a type from a string by its `FromStr`.
///
/// By a visitor, because the parser adds the place in the text to errors that arise within one.
pub(super) fn from_str<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    struct Text<T>(PhantomData<T>);

    impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Text(PhantomData))
}

macro_rules! deserialized_from_str {
    ($($word:ty),+ $(,)?) => {$(
        impl<'de> serde::Deserialize<'de> for $word {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::manifest::words::from_str(deserializer)
            }
        }
    )+};
}
pub(super) use deserialized_from_str;

/// Words of the language, which can name no module.
/// <https://docs.python.org/3/reference/lexical_analysis.html#keywords>
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// The name of a module or of an attribute of it, without a dot; ASCII, as PEP 8 wants names that are shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

impl Identifier {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identifier {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: &str| Err(InvalidWord::new(text, "a Python name", rule));
        if KEYWORDS.contains(&text) {
            return refuse("it is a word of the language");
        }
        let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if !starts || !text.chars().all(|one| one.is_ascii_alphanumeric() || one == '_') {
            return refuse("use ASCII letters, digits and `_`, and begin with no digit");
        }
        if text.parse::<TreePath>().is_err() {
            return refuse("Windows keeps the name for a device, so no file can bear it");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A module by its full name: `molecule_runtime.adapters.base`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

impl ModuleName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ModuleName {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        for part in text.split('.') {
            part.parse::<Identifier>()
                .map_err(|invalid| InvalidWord::new(text, "a module name", invalid.rule))?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An object of a module: `molecule_runtime.main:main_sync`, the attribute possibly dotted.
/// <https://packaging.python.org/en/latest/specifications/entry-points/>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectReference {
    /// Where the object is.
    pub module: ModuleName,
    /// Its name, then the names of attributes within it.
    pub attributes: Vec<Identifier>,
}

impl FromStr for ObjectReference {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: String| InvalidWord::new(text, "an object reference", rule);
        let (module, attributes) =
            text.split_once(':').ok_or_else(|| refuse("write it as `module:attribute`".to_owned()))?;
        Ok(Self {
            module: module.parse().map_err(|invalid: InvalidWord| refuse(invalid.rule))?,
            attributes: attributes
                .split('.')
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(|invalid: InvalidWord| refuse(invalid.rule))?,
        })
    }
}

impl fmt::Display for ObjectReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attributes = self.attributes.iter().map(Identifier::as_str).collect::<Vec<_>>();
        write!(f, "{}:{}", self.module, attributes.join("."))
    }
}

/// The name of a project on an index, as it is written and as indexes compare it.
/// <https://packaging.python.org/en/latest/specifications/name-normalization/>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName {
    written: String,
    normalised: PackageName,
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
        self.normalised.as_ref()
    }

    /// The normalised name with `_` for `-`: how the names of archives begin.
    #[must_use]
    pub fn in_file_names(&self) -> String {
        self.normalised.as_dist_info_name().into_owned()
    }
}

impl FromStr for ProjectName {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        match PackageName::new(text.to_owned()) {
            Ok(normalised) if !text.is_empty() => Ok(Self { written: text.to_owned(), normalised }),
            _ => Err(InvalidWord::new(
                text,
                "a project name",
                "use ASCII letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit",
            )),
        }
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

deserialized_from_str!(Identifier, ModuleName, ObjectReference, ProjectName, TreePath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_module_is_what_an_import_statement_can_say() {
        assert!("a2a_client".parse::<Identifier>().is_ok());
        for text in ["", "2a", "a-b", "a.b", "class", "ünï", "a b", "aux"] {
            assert!(text.parse::<Identifier>().is_err(), "{text:?} was accepted");
        }
        assert!("a.b_c".parse::<ModuleName>().is_ok());
        assert!("a..b".parse::<ModuleName>().is_err());
    }

    #[test]
    fn an_object_reference_names_module_and_attributes() {
        let reference: ObjectReference = "a.b:C.d".parse().unwrap();
        assert_eq!(reference.module.as_str(), "a.b");
        assert_eq!(reference.to_string(), "a.b:C.d");
        for text in ["a.b", "a:", ":b", "a:b:c", "a:b [x]"] {
            assert!(text.parse::<ObjectReference>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn a_project_name_is_kept_as_written_and_compared_normalised() {
        let name: ProjectName = "Molecule_AI..Runtime".parse().unwrap();
        assert_eq!(name.as_str(), "Molecule_AI..Runtime");
        assert_eq!(name.normalised(), "molecule-ai-runtime");
        assert_eq!(name.in_file_names(), "molecule_ai_runtime");
        for text in ["", "-a", "a-", "a b", "ä"] {
            assert!(text.parse::<ProjectName>().is_err(), "{text:?} was accepted");
        }
    }
}
