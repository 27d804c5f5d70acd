use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use super::InputError;
use super::declared::{inputs, is_flag, is_word};
use super::secret::is_secret;
use super::switch::{ALLOWED, Switch};
use crate::Environment;

/// The inputs that a runner passes in `INPUT_*`, as the arguments a person would have typed.
///
/// Pure: values in, values out. Secrets are left out; unset inputs too, so that the parser's defaults hold.
/// A variable that belongs to no input is ignored: a runner may have set it for its own ends.
pub fn arguments(environment: &Environment, command: &Command) -> Result<Vec<OsString>, InputError> {
    let mut arguments = Vec::new();
    for (input, arg) in inputs(command).filter(|(_, arg)| !is_secret(arg)) {
        if let Some(value) = environment.input(input) {
            arguments.extend(typed(input, arg, value)?);
        }
    }
    Ok(arguments)
}

fn typed(input: &str, arg: &Arg, value: &str) -> Result<Vec<OsString>, InputError> {
    if is_flag(arg) {
        let Switch(on) = value.parse().map_err(|()| InputError::not_allowed(input, value, ALLOWED))?;
        return Ok(if on { vec![format!("--{input}").into()] } else { Vec::new() });
    }
    if is_word(arg) {
        return Ok(vec![value.into()]);
    }
    let values = match arg.get_action() {
        ArgAction::Append => value.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        _ => vec![value],
    };
    Ok(values.into_iter().map(|value| format!("--{input}={value}").into()).collect())
}
