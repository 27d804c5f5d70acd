//! The words of a manifest, each parsed once and valid from then on.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserializer;
use serde::de::Visitor;

use crate::path::TreePath;

pub use domain::ProjectName;

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

impl From<domain::Invalid> for InvalidWord {
    fn from(invalid: domain::Invalid) -> Self {
        Self::new(invalid.text(), invalid.expected(), invalid.rule())
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

deserialized_from_str!(Identifier, ModuleName, ObjectReference, TreePath);

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
    fn a_project_name_is_normalised_as_requirements_are() {
        for written in ["Molecule_AI..Runtime", "a", "A-_.b", "x2.y", "-a", "a.", "", "a b", "ä"] {
            let requirement =
                pep508_rs::PackageName::new(written.to_owned()).ok().filter(|_| !written.is_empty());
            let ours = written.parse::<ProjectName>().ok();
            assert_eq!(
                ours.as_ref().map(ProjectName::normalised),
                requirement.as_ref().map(AsRef::as_ref),
                "{written:?}"
            );
        }
    }
}
