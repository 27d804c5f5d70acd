//! The probe on a laptop: in a venv's Python.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use runner::Diagnostic;

use super::{ProbeReport, ProbeReportError, program};
use crate::contract::Contract;
use crate::folder::Folder;

/// A probe that did not run.
#[derive(Debug, thiserror::Error)]
pub enum ProbeRunError {
    /// The interpreter did not start, or could not be talked to.
    #[error("could not run the probe with `{python}`")]
    Python {
        /// The interpreter.
        python: String,
        /// Why.
        #[source]
        why: io::Error,
    },
    /// It printed no report.
    #[error(transparent)]
    Report(#[from] ProbeReportError),
}

impl Diagnostic for ProbeRunError {
    fn exit(&self) -> runner::Exit {
        runner::Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        vec!["name the `python` of a venv that the template's requirements are installed in".to_owned()]
    }
}

/// Runs the probe in the template's folder, and with it the template's own code.
///
/// The probe ends by itself after two minutes, whatever the template does. What it prints on standard error, the
/// reader of the terminal sees.
///
/// # Errors
/// When the interpreter does not run, or prints no report.
pub fn run(python: &Path, folder: &Folder, contract: &Contract) -> Result<ProbeReport, ProbeRunError> {
    let failed = |why| ProbeRunError::Python { python: python.display().to_string(), why };
    let adapter = &contract.adapter;
    let mut command = Command::new(program_path(python).map_err(failed)?);
    command.arg("-").current_dir(folder.root()).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    if folder.holds(&adapter.file) {
        // As the image's `ENV` does.
        command.env(&adapter.variable, &adapter.module);
    }
    let mut child = command.spawn().map_err(failed)?;
    let text = program(contract);
    let sent = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let mut printed = Vec::new();
    let read = child.stdout.take().map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut printed));
    child.wait().map_err(failed)?;
    sent.and(read.map(|_| ())).map_err(failed)?;
    Ok(ProbeReport::parse(&String::from_utf8_lossy(&printed))?)
}

/// A path as it is meant from here: the child starts in another folder. A bare name is looked up as usual.
fn program_path(python: &Path) -> io::Result<PathBuf> {
    if python.components().count() > 1 { std::path::absolute(python) } else { Ok(python.to_owned()) }
}
