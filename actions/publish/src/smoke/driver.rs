//! Asking the interpreter of an environment.

use std::path::Path;
use std::process::ExitStatus;

use fs_err as fs;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::process::{Ended, Invocation, ProcessError};

/// The program that answers.
const DRIVER: &str = include_str!("driver.py");

/// What came back.
#[derive(Debug)]
pub(super) enum Answer<T> {
    /// The answer.
    Given(T),
    /// Python raised.
    Raised { error: String, traceback: String },
    /// The time was over.
    TimedOut { said: String },
    /// The interpreter ended, and has not answered.
    Silent { status: ExitStatus, said: String },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written<T> {
    Raised { error: String, traceback: String },
    Given { answer: T },
}

/// Asks `question` of the interpreter that `python` starts; `scratch` is a folder that nobody else uses.
pub(super) fn ask<T: DeserializeOwned>(
    python: &Invocation,
    question: &Value,
    scratch: &Path,
) -> Result<Answer<T>, ProcessError> {
    let io = |source| ProcessError::Start { command: python.command(), source };
    let (driver, answer) = (scratch.join("driver.py"), scratch.join("answer.json"));
    fs::create_dir_all(scratch).map_err(io)?;
    fs::write(&driver, DRIVER).map_err(io)?;
    if answer.exists() {
        fs::remove_file(&answer).map_err(io)?;
    }
    let Ended { status, said, .. } =
        python.clone().argument(driver).argument(&answer).argument(question.to_string()).run()?;
    let Some(status) = status else { return Ok(Answer::TimedOut { said }) };
    let written = fs::read(&answer).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(match written {
        Some(Written::Given { answer }) if status.success() => Answer::Given(answer),
        Some(Written::Raised { error, traceback }) => Answer::Raised { error, traceback },
        // an answer and then a bad end: something that was imported fails when the interpreter ends
        Some(Written::Given { .. }) | None => Answer::Silent { status, said },
    })
}
