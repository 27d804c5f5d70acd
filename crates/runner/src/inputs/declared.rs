use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::secret::is_secret;
use crate::Action;

/// What an input is bound to beyond the command line.
///
/// Held against the declared inputs by [`declared_inputs`], so a misspelt name does not survive a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The input's name.
    pub input: &'static str,
    /// The default that action.yml gives it: an expression such as `${{ github.token }}` that only a runner
    /// can evaluate.
    pub expression: Option<&'static str>,
    /// The environment variable that a laptop passes it in. Secrets need one, having no flag.
    pub variable: Option<&'static str>,
}

/// An input as action.yml and the documentation tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredInput {
    /// Its name: `dry-run`.
    pub name: String,
    /// The field's doc comment.
    pub description: String,
    /// What it is when unset, as action.yml writes it.
    pub default: Option<String>,
    /// Whether a workflow must give it.
    pub required: bool,
    /// Whether its value is a secret.
    pub secret: bool,
    /// The values it may have; empty when they cannot be listed.
    pub possible_values: Vec<String>,
    /// The environment variable that a laptop passes it in, if it has one.
    pub variable: Option<String>,
}

/// The inputs of an action, in the order of their declaration.
///
/// # Panics
///
/// When the declaration contradicts itself: a [`Binding`] names no input, or a secret has no variable.
#[must_use]
pub fn declared_inputs<A: Action>() -> Vec<DeclaredInput> {
    let command = A::Inputs::command();
    for binding in A::BINDINGS {
        assert!(
            inputs(&command).any(|(name, _)| name == binding.input),
            "`{}` binds `{}`, which is no input of it",
            A::NAME,
            binding.input
        );
    }
    inputs(&command).map(|(name, arg)| declared(name, arg, binding(A::BINDINGS, name))).collect()
}

fn declared(name: &str, arg: &Arg, binding: Option<&Binding>) -> DeclaredInput {
    let secret = is_secret(arg);
    let variable = binding.and_then(|binding| binding.variable);
    assert!(!secret || variable.is_some(), "the secret `{name}` has no variable for laptops");
    let default = binding.and_then(|binding| binding.expression).map(str::to_owned).or_else(|| default(arg));
    DeclaredInput {
        name: name.to_owned(),
        description: arg.get_long_help().or(arg.get_help()).map(StyledStr::to_string).unwrap_or_default(),
        required: arg.is_required_set() && default.is_none(),
        default,
        secret,
        possible_values: possible_values(arg),
        variable: variable.map(str::to_owned),
    }
}

fn default(arg: &Arg) -> Option<String> {
    if is_flag(arg) {
        return Some("false".to_owned());
    }
    let values = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect::<Vec<_>>();
    (!values.is_empty()).then(|| values.join("\n"))
}

fn possible_values(arg: &Arg) -> Vec<String> {
    if is_flag(arg) {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    let values = arg.get_possible_values();
    values.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name().to_owned()).collect()
}

/// The arguments that are inputs, each with its name: those with a long flag that is shown, and the one word that
/// may stand without a flag, by its own name.
pub(super) fn inputs(command: &Command) -> impl Iterator<Item = (&str, &Arg)> {
    command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version"))
        .filter_map(|arg| Some((arg.get_long().or(is_word(arg).then(|| arg.get_id().as_str()))?, arg)))
}

/// Whether an argument is typed as a bare word: `build` in `publish build`.
pub(super) fn is_word(arg: &Arg) -> bool {
    arg.is_positional()
}

/// Whether an argument is a flag that takes no value.
pub(super) fn is_flag(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

pub(super) fn binding<'a>(bindings: &'a [Binding], input: &str) -> Option<&'a Binding> {
    bindings.iter().find(|binding| binding.input == input)
}
