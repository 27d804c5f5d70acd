//! What the tests share: a captured console, and a model of the runner that reads it.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary takes the part it needs; which one is unused differs"
)]

pub(crate) mod runner_model;

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use runner::{Action, Console, Environment, Exit, Process, Stream};

/// A stream that keeps what is written to it.
#[derive(Clone, Default)]
pub(crate) struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A console and its two streams.
pub(crate) fn console(environment: &Environment) -> (Console, Capture, Capture) {
    let (out, err) = (Capture::default(), Capture::default());
    let console = Console::new(environment, Stream::plain(out.clone()), Stream::plain(err.clone()));
    (console, out, err)
}

/// How a run of an action ended and what it printed.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs an action in a world of its own.
pub(crate) fn run<A: Action>(variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let environment = Environment::from_pairs(variables.iter().copied());
    let (console, out, err) = console(&environment);
    let arguments = arguments.iter().map(OsString::from).collect();
    let exit = runner::execute::<A>(Process { environment, arguments, console });
    Ran { exit, out: out.text(), err: err.text() }
}

pub(crate) const GITHUB: [(&str, &str); 1] = [("GITHUB_ACTIONS", "true")];
pub(crate) const GITEA: [(&str, &str); 2] = [("GITHUB_ACTIONS", "true"), ("GITEA_ACTIONS", "true")];
