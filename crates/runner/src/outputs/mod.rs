//! Outputs: declared once, in a struct, and handed to the steps that follow.
//!
//! ```
//! runner::outputs! {
//!     /// What a greeting tells the next step.
//!     #[derive(Debug, Default)]
//!     pub struct Outputs {
//!         /// The words that were said.
//!         pub words: String,
//!         /// How many people heard them; empty when nobody counted.
//!         pub heard_by: Option<u64>,
//!     }
//! }
//!
//! let outputs = Outputs { words: "good day".to_owned(), heard_by: None };
//! assert_eq!(runner::Outputs::values(&outputs)[1], ("heard-by".to_owned(), String::new()));
//! ```
//!
//! A field's name becomes the output's, with hyphens; its doc comment is the description in action.yml. A
//! secret cannot be an output: its type has no [`OutputValue`], and a text that holds one is refused when it
//! is written.

mod file;
mod value;

pub use file::OutputError;
pub(crate) use file::write;
pub use value::OutputValue;

/// The outputs of an action. Implemented by [`outputs!`](crate::outputs!).
pub trait Outputs {
    /// What may come out, in the order of the declaration.
    fn declared() -> Vec<DeclaredOutput>;

    /// What has come out: a value, perhaps empty, for every declared output, in the same order.
    fn values(&self) -> Vec<(String, String)>;
}

/// An output as action.yml and the documentation tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredOutput {
    /// Its name: `previous-tag`.
    pub name: String,
    /// The field's doc comment.
    pub description: String,
}

impl DeclaredOutput {
    /// From a field's name and doc comment; called by [`outputs!`](crate::outputs!).
    #[doc(hidden)]
    #[must_use]
    pub fn of_field(field: &str, doc: &str) -> Self {
        let lines = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
        let description = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
        Self { name: name_of_field(field), description }
    }
}

/// The output that a field stands for; called by [`outputs!`](crate::outputs!).
#[doc(hidden)]
#[must_use]
pub fn name_of_field(field: &str) -> String {
    field.trim_start_matches("r#").replace('_', "-")
}

/// An action without outputs.
impl Outputs for () {
    fn declared() -> Vec<DeclaredOutput> {
        Vec::new()
    }

    fn values(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// Declares a struct of outputs. See the [module](mod@crate::outputs).
#[macro_export]
macro_rules! outputs {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[doc = $doc:expr])+ $field_visibility:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[doc = $doc])+ $field_visibility $field: $type),*
        }

        impl $crate::Outputs for $name {
            fn declared() -> ::std::vec::Vec<$crate::outputs::DeclaredOutput> {
                ::std::vec![$($crate::outputs::DeclaredOutput::of_field(
                    ::std::stringify!($field),
                    ::std::concat!($($doc, "\n"),+),
                )),*]
            }

            fn values(&self) -> ::std::vec::Vec<(::std::string::String, ::std::string::String)> {
                ::std::vec![$((
                    $crate::outputs::name_of_field(::std::stringify!($field)),
                    $crate::outputs::OutputValue::to_output(&self.$field),
                )),*]
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::outputs! {
        /// For the tests.
        struct Example {
            /// The tag that now
            /// names the commit.
            tag: String,
            /// Whether it is new.
            created: bool,
            /// The pull requests.
            pr_numbers: Vec<u64>,
            /// The tag before, if any.
            previous_tag: Option<String>,
        }
    }

    #[test]
    fn a_field_declares_an_output() {
        let declared = Example::declared();
        assert_eq!(declared[0].description, "The tag that now\nnames the commit.");
        let names = declared.into_iter().map(|output| output.name).collect::<Vec<_>>();
        assert_eq!(names, ["tag", "created", "pr-numbers", "previous-tag"]);
    }

    #[test]
    fn a_value_is_a_text_and_none_an_empty_one() {
        let example =
            Example { tag: "v1".to_owned(), created: true, pr_numbers: vec![4, 2], previous_tag: None };
        let values = example.values().into_iter().map(|(_, value)| value).collect::<Vec<_>>();
        assert_eq!(values, ["v1", "true", "4,2", ""]);
    }
}
