use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::{Diagnostic, Exit};

/// An input that cannot be used, in one sentence. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The value is none of those that can be listed.
    #[error("input `{input}` is `{value}`, which is not allowed: use {allowed}")]
    NotAllowed {
        /// The input's name.
        input: String,
        /// What it was given.
        value: String,
        /// What it may be, as words.
        allowed: String,
    },
    /// The value is not what the input asks for.
    #[error("input `{input}` cannot be used: {why}")]
    Invalid {
        /// The input's name.
        input: String,
        /// What is wrong with its value.
        why: String,
    },
    /// The input was not given, or was empty.
    #[error("input {} is required and is not set (empty counts as unset)", .inputs.join(", "))]
    Missing {
        /// The names of all that lack, in backticks.
        inputs: Vec<String>,
    },
    /// A secret was typed on the command line.
    #[error(
        "input `{input}` is a secret and cannot be an argument, which every process can read: set the environment variable `{variable}`"
    )]
    SecretArgument {
        /// The input's name.
        input: String,
        /// Where to put the secret instead.
        variable: String,
    },
    /// The arguments themselves are wrong, in clap's words.
    #[error("{0}")]
    Usage(String),
}

impl Diagnostic for InputError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Usage(_) => vec!["see `--help`".to_owned()],
            _ => Vec::new(),
        }
    }
}

impl InputError {
    pub(super) fn not_allowed<T: AsRef<str>>(
        input: &str,
        value: &str,
        allowed: impl IntoIterator<Item = T>,
    ) -> Self {
        let allowed = allowed.into_iter().map(|value| format!("`{}`", value.as_ref())).collect::<Vec<_>>();
        let allowed = match allowed.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => allowed.concat(),
        };
        Self::NotAllowed { input: input.to_owned(), value: excerpt(value), allowed }
    }

    /// What clap complains of, as one sentence about an input.
    ///
    /// `refusal` is asked before any value is quoted: it has the answer where the input is a secret, typed in
    /// a way that was not foreseen, such as by an alias.
    pub(super) fn from_clap(error: &clap::Error, refusal: impl Fn(&str) -> Option<Self>) -> Self {
        let text = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let input = text(ContextKind::InvalidArg).map(input_name);
        if let Some(refused) = input.as_deref().and_then(refusal) {
            return refused;
        }
        let value = text(ContextKind::InvalidValue).unwrap_or_default();
        match (error.kind(), input, error.get(ContextKind::ValidValue), error.get(ContextKind::InvalidArg)) {
            (ErrorKind::InvalidValue, Some(input), Some(ContextValue::Strings(allowed)), _)
                if !allowed.is_empty() =>
            {
                Self::not_allowed(&input, value, allowed)
            }
            (ErrorKind::InvalidValue, Some(input), ..) => {
                Self::Invalid { input, why: "it needs a value".to_owned() }
            }
            (ErrorKind::ValueValidation, Some(input), ..) => {
                let why = error.source().map(ToString::to_string).unwrap_or_default();
                let quoted = format!("`{}`", excerpt(value));
                let why = if why.contains('`') { why } else { format!("{quoted}: {why}") };
                Self::Invalid { input, why }
            }
            (ErrorKind::MissingRequiredArgument, _, _, Some(ContextValue::Strings(missing))) => {
                Self::Missing { inputs: missing.iter().map(|arg| format!("`{}`", input_name(arg))).collect() }
            }
            _ => Self::Usage(first_paragraph(&error.to_string())),
        }
    }
}

/// `--on-no-pr <ON_NO_PR>` → `on-no-pr`; `<COMMAND>` and `[COMMAND]` → `command`
fn input_name(argument: &str) -> String {
    let name = argument.split([' ', '=']).next().unwrap_or_default();
    match name.strip_prefix(['<', '[']) {
        Some(word) => word.trim_end_matches(['>', ']', '.']).to_lowercase(),
        None => name.trim_start_matches('-').to_owned(),
    }
}

/// A value in a message: not longer than a line, and without what stands before an `@`, which is where an address
/// holds a password, be it one that can be parsed or not.
fn excerpt(value: &str) -> String {
    const LONGEST: usize = 60;
    let (withheld, value) = value.rfind('@').map_or(("", value), |at| ("***", &value[at..]));
    let mut excerpt = withheld.chars().chain(value.chars()).take(LONGEST).collect::<String>();
    if excerpt.len() < withheld.len() + value.len() {
        excerpt.push('…');
    }
    excerpt
}

fn first_paragraph(rendered: &str) -> String {
    let paragraph = rendered.split("\n\n").next().unwrap_or_default();
    paragraph.strip_prefix("error: ").unwrap_or(paragraph).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_never_quoted() {
        for address in [
            "https://me:pass@word@host:x/simple/",
            "me:pass@word@host:x/simple/",
            "//pass@word@host:x/simple/",
        ] {
            assert_eq!(excerpt(address), "***@host:x/simple/");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(excerpt(&"ä".repeat(60)), "ä".repeat(60));
        assert_eq!(excerpt(&"ä".repeat(61)), format!("{}…", "ä".repeat(60)));
    }
}
