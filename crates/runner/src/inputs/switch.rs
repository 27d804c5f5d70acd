use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A truth value in the spellings that GitHub's own toolkit takes, which are those of YAML 1.2's core schema:
/// <https://yaml.org/spec/1.2.2/#1032-tag-resolution>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch(pub bool);

/// The spellings that messages and documentation name.
pub(super) const ALLOWED: [&str; 2] = ["true", "false"];

impl FromStr for Switch {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "true" | "True" | "TRUE" => Ok(Self(true)),
            "false" | "False" | "FALSE" => Ok(Self(false)),
            _ => Err(()),
        }
    }
}

/// A value parser for a `bool` that is on unless switched off; one that is off unless switched on is a plain
/// `bool` field.
///
/// ```
/// #[derive(clap::Parser)]
/// struct Inputs {
///     /// Whether to comment on the pull request
///     #[arg(long, default_value = "true", value_parser = runner::inputs::switch(), action = clap::ArgAction::Set)]
///     comment: bool,
/// }
/// ```
#[must_use]
pub fn switch() -> impl TypedValueParser<Value = bool> {
    let spellings = ["True", "TRUE", "False", "FALSE"]
        .map(|spelling| clap::builder::PossibleValue::new(spelling).hide(true));
    let shown = ALLOWED.map(clap::builder::PossibleValue::new);
    PossibleValuesParser::new(shown.into_iter().chain(spellings)).map(|text| text.parse() == Ok(Switch(true)))
}
