use std::any::TypeId;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use clap::{Arg, Command};
use secrecy::SecretString;

use super::InputError;
use super::declared::{Binding, binding, inputs};
use crate::{Environment, Place};

/// The secret inputs that are set, each under the name of the variable it came from.
///
/// A laptop's variable counts on a laptop only: in a job, an input left empty must not become some other
/// token that happens to be in the environment.
pub(crate) struct Secrets {
    by_input: Vec<(String, String)>,
    by_variable: Arc<BTreeMap<String, SecretString>>,
}

/// Finds the secret inputs in the environment.
pub(crate) fn secrets(environment: &Environment, command: &Command, bindings: &[Binding]) -> Secrets {
    let mut by_input = Vec::new();
    let mut by_variable = BTreeMap::new();
    for (input, _) in inputs(command).filter(|(_, arg)| is_secret(arg)) {
        let own = Environment::input_variable(input);
        let fallback = binding(bindings, input)
            .and_then(|binding| binding.variable)
            .filter(|_| Place::of(environment) == Place::Laptop);
        let found = [Some(own.as_str()), fallback]
            .into_iter()
            .flatten()
            .find_map(|name| Some((name, environment.get(name)?.trim())))
            .filter(|(_, value)| !value.is_empty());
        if let Some((variable, value)) = found {
            by_input.push((input.to_owned(), variable.to_owned()));
            by_variable.insert(variable.to_owned(), value.into());
        }
    }
    Secrets { by_input, by_variable: Arc::new(by_variable) }
}

impl Secrets {
    /// The secrets themselves, for masking.
    pub(crate) fn values(&self) -> impl Iterator<Item = &SecretString> {
        self.by_variable.values()
    }

    /// The arguments that stand for the secrets. They hold the names of variables, never a value.
    pub(super) fn arguments(&self) -> impl Iterator<Item = OsString> {
        self.by_input.iter().map(|(input, variable)| format!("--{input}={variable}").into())
    }

    /// Teaches the command to turn those names into the secrets.
    pub(super) fn resolve_in(&self, command: Command, bindings: &[Binding]) -> Command {
        let named = inputs(&command)
            .filter(|(_, arg)| is_secret(arg))
            .map(|(input, arg)| (input.to_owned(), arg.get_id().clone()))
            .collect::<Vec<_>>();
        let mut help = String::from("Secrets are read from the environment, never from arguments:");
        let is_silent = named.is_empty();
        let command = named.into_iter().fold(command, |command, (input, id)| {
            let variable = binding(bindings, &input).and_then(|binding| binding.variable).unwrap_or_default();
            help.extend(["\n  ", &input, ": ", variable]);
            let values = Arc::clone(&self.by_variable);
            command.mut_arg(id, |arg| {
                arg.hide(true).value_parser(move |variable: &str| {
                    values.get(variable).cloned().ok_or("a secret is read from the environment only")
                })
            })
        });
        if is_silent { command } else { command.after_help(help) }
    }
}

/// Refuses secrets among the arguments that a person typed: every process on the machine can read those.
pub(super) fn refuse_in_arguments(
    arguments: &[OsString],
    command: &Command,
    bindings: &[Binding],
) -> Result<(), InputError> {
    let typed = arguments.iter().map(|argument| argument.to_string_lossy());
    let refused = typed.take_while(|argument| argument != "--").find_map(|argument| {
        let flag = argument.split('=').next()?.strip_prefix("--")?;
        refusal(flag, command, bindings)
    });
    refused.map_or(Ok(()), Err)
}

/// The error for a secret that was typed; none when the input is no secret.
pub(super) fn refusal(input: &str, command: &Command, bindings: &[Binding]) -> Option<InputError> {
    inputs(command).find(|(name, arg)| *name == input && is_secret(arg))?;
    let variable = binding(bindings, input).and_then(|binding| binding.variable);
    Some(InputError::SecretArgument {
        input: input.to_owned(),
        variable: variable.map_or_else(|| Environment::input_variable(input), str::to_owned),
    })
}

/// A field's type is its declaration: what parses into a [`SecretString`] is a secret.
pub(super) fn is_secret(arg: &Arg) -> bool {
    arg.get_value_parser().type_id() == TypeId::of::<SecretString>()
}
