use std::io::{self, Write as _};

use fs_err::OpenOptions;

use crate::annotation::{command, escape_property};
use crate::exit::Diagnostic;
use crate::{Console, Environment, Place};

/// The outputs could not be handed on.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// An output's value holds a secret, which would travel on in the clear.
    #[error("output `{name}` holds a secret and was not written")]
    Secret {
        /// The output's name.
        name: String,
    },
    /// The runner's file cannot be written.
    #[error("could not write the outputs")]
    File(#[source] io::Error),
    /// The system has no randomness to give.
    #[error("could not draw a random delimiter for the outputs: {0}")]
    Random(getrandom::Error),
}

impl Diagnostic for OutputError {}

/// Hands the outputs on: to the runner's file, to its log where there is no file, to a person otherwise.
pub(crate) fn write(
    values: &[(String, String)],
    environment: &Environment,
    console: &Console,
) -> Result<(), OutputError> {
    if let Some((name, _)) = values.iter().find(|(_, value)| console.holds_secret(value)) {
        return Err(OutputError::Secret { name: name.clone() });
    }
    if let Some(path) = environment.get("GITHUB_OUTPUT") {
        match OpenOptions::new().append(true).open(path) {
            Ok(mut file) => {
                let text = entries(values)?;
                return file.write_all(text.as_bytes()).map_err(OutputError::File);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OutputError::File(error)),
        }
    }
    for (name, value) in values {
        match Place::of(environment) {
            Place::Runner => {
                console.command(&command(&format!("set-output name={}", escape_property(name)), value));
            }
            Place::Laptop if value.is_empty() => {}
            Place::Laptop => console.result(&format!("{name}: {value}")),
        }
    }
    Ok(())
}

/// The entries of the file: a heredoc each, so that a value may have any number of lines.
///
/// The delimiter is drawn anew for each value. A value that could foresee it could end its own entry and
/// begin another one.
fn entries(values: &[(String, String)]) -> Result<String, OutputError> {
    let mut text = String::new();
    for (name, value) in values {
        let delimiter = delimiter_absent_from(value)?;
        text.extend([name, "<<", &delimiter, "\n", value, "\n", &delimiter, "\n"]);
    }
    Ok(text)
}

fn delimiter_absent_from(value: &str) -> Result<String, OutputError> {
    loop {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(OutputError::Random)?;
        let delimiter = format!("EOF_{:032x}", u128::from_be_bytes(bytes));
        if !value.contains(&delimiter) {
            return Ok(delimiter);
        }
    }
}
