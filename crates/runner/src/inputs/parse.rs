use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Command, CommandFactory as _, FromArgMatches as _};

use super::InputError;
use super::arguments::arguments;
use super::declared::{inputs, is_word};
use super::secret::{Secrets, refusal, refuse_in_arguments};
use crate::{Action, Environment};

/// What the arguments ask for.
pub(crate) enum Parsed<I> {
    /// To run with these inputs.
    Inputs(I),
    /// To print a page and end: `--help`, `--version`.
    Page(String),
}

/// Parses an action's inputs: secrets first, then `INPUT_*`, then what was typed, the later over the earlier.
pub(crate) fn parse<A: Action>(
    environment: &Environment,
    secrets: &Secrets,
    typed: &[OsString],
) -> Result<Parsed<A::Inputs>, InputError> {
    let command = A::Inputs::command()
        .name(A::NAME)
        .about(A::DESCRIPTION)
        .version(A::VERSION)
        .no_binary_name(true)
        .args_override_self(true);
    refuse_in_arguments(typed, &command, A::BINDINGS)?;
    let from_variables = arguments(environment, &without_typed_word(&command, typed))?;
    let all = secrets.arguments().chain(from_variables).chain(typed.iter().cloned());
    let parsed = secrets
        .resolve_in(command.clone(), A::BINDINGS)
        .try_get_matches_from_mut(all)
        .and_then(|mut matches| A::Inputs::from_arg_matches_mut(&mut matches));
    match parsed {
        Ok(inputs) => Ok(Parsed::Inputs(inputs)),
        Err(page) if matches!(page.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Ok(Parsed::Page(page.to_string()))
        }
        Err(error) => Err(InputError::from_clap(&error, |input| refusal(input, &command, A::BINDINGS))),
    }
}

/// The command as variables fill it in: a flag that is typed overrides its variable, but a second bare word would be
/// one too many, so the variable's is left out where a word is typed.
fn without_typed_word(command: &Command, typed: &[OsString]) -> Command {
    let Some(word) = inputs(command).find(|(_, arg)| is_word(arg)).map(|(_, arg)| arg.get_id().clone())
    else {
        return command.clone();
    };
    let lenient = command.clone().ignore_errors(true).try_get_matches_from(typed);
    let is_typed =
        lenient.is_ok_and(|found| found.value_source(word.as_str()) == Some(ValueSource::CommandLine));
    command.clone().mut_arg(word, |arg| arg.hide(is_typed))
}
