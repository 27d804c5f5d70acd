//! The probe on a laptop: in a venv's Python.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use runner::Diagnostic;

use super::{ProbeReport, ProbeReportError, program};
use crate::contract::Contract;
use crate::folder::Folder;

/// How long Python may run: somewhat longer than the probe lets itself.
const LONGEST: Duration = Duration::from_secs(140);
/// How long what it printed is waited for once it has ended.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks at whether it has ended.
const PAUSE: Duration = Duration::from_millis(10);

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
    let printed = Arc::new(Mutex::new(Vec::new()));
    let (done, is_done) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let printed = Arc::clone(&printed);
        thread::spawn(move || {
            collect(stdout, &printed);
            // Nobody waits any more where a process of the template's held the pipe open for too long.
            let _ = done.send(());
        });
    }
    // A Python that ends without having read everything says so by its report, or by the lack of one.
    let _ = sent;
    ended(&mut child).map_err(failed)?;
    // What the template has started may hold the pipe open; the report came before Python ended.
    let _ = is_done.recv_timeout(GRACE);
    let printed = printed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(ProbeReport::parse(&String::from_utf8_lossy(&printed))?)
}

/// Takes what is printed as it comes.
fn collect(mut stdout: impl io::Read, printed: &Mutex<Vec<u8>>) {
    let mut chunk = [0; 8192];
    while let Ok(length @ 1..) = stdout.read(&mut chunk) {
        printed.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..length]);
    }
}

/// Waits until Python has ended, and ends it where it outlives its own limit.
fn ended(child: &mut Child) -> io::Result<()> {
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            break;
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// A path as it is meant from here: the child starts in another folder. A bare name is looked up as usual.
fn program_path(python: &Path) -> io::Result<PathBuf> {
    if python.components().count() > 1 { std::path::absolute(python) } else { Ok(python.to_owned()) }
}
