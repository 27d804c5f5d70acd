//! Running another program: uv, git, a Python.
//!
//! A child gets an environment of its own, a time-out, and a process group that ends with it; of what it prints, the
//! end is kept.

mod capture;
mod environment;
mod error;
mod group;
#[cfg_attr(not(unix), path = "uninterrupted.rs")]
mod interrupt;
mod sealed;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

pub use environment::ChildEnvironment;
pub use error::{ProcessError, Said};

pub(crate) use interrupt::Guarded;
pub(crate) use sealed::seal;

use capture::{Printed, Stream, Tail, relay};
use group::Group;

/// How much of standard output is kept: the list of a repository's files, at the most.
const OUT_ROOM: usize = 64 << 20;

/// How much is kept of both streams together, to be shown to people.
const SAID_ROOM: usize = 16 << 10;

/// How long a child that has ended is looked away from.
const PAUSE: Duration = Duration::from_millis(5);

/// How long the streams of a child that has ended may stay open: something of it lives on in a session of its own.
const GRACE: Duration = Duration::from_millis(500);

/// A program, to be run with these arguments.
#[derive(Debug, Clone)]
pub struct Invocation {
    program: OsString,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    environment: ChildEnvironment,
    timeout: Duration,
    secrets: Vec<SecretString>,
}

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    /// How; none for one that was ended because its time was over.
    pub status: Option<ExitStatus>,
    /// What it printed on both streams, as it came: the end of it, where it was much.
    pub said: String,
    /// How long it took.
    pub took: Duration,
    out: Tail,
}

impl Invocation {
    /// `program` by its name, which is looked for on the environment's `PATH`, or by its path. Without arguments, in
    /// the current folder.
    #[must_use]
    pub fn new(program: impl Into<OsString>, environment: &ChildEnvironment, timeout: Duration) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            folder: None,
            environment: environment.clone(),
            timeout,
            secrets: Vec::new(),
        }
    }

    /// The same with these arguments after those that it has. None may be a secret: every user of the machine sees
    /// the arguments of every process.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The same with one more argument.
    #[must_use]
    pub fn argument(self, argument: impl Into<OsString>) -> Self {
        self.arguments([argument.into()])
    }

    /// The same, started in this folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The same with one more variable in its environment.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment = self.environment.with(name, value);
        self
    }

    /// The same with a variable that is secret, and struck out of whatever the program prints.
    #[must_use]
    pub fn secret(mut self, name: impl Into<OsString>, value: &SecretString) -> Self {
        self.secrets.push(value.clone());
        self.variable(name, value.expose_secret())
    }

    /// Runs it to its end, well or not, or to its time-out.
    ///
    /// # Errors
    /// When it cannot be started, or this process is to end.
    pub fn run(&self) -> Result<Ended, ProcessError> {
        let begun = Instant::now();
        let failed = |source| ProcessError::Start { command: self.command(), source };
        let guarded = Guarded::begin().map_err(failed)?;
        let signal = || guarded.signal();
        let mut group = Group::spawn(&mut self.to_start()?).map_err(failed)?;
        let (sender, printed) = sync_channel(16);
        if let Some(out) = group.child().stdout.take() {
            relay(out, Stream::Out, sender.clone());
        }
        if let Some(err) = group.child().stderr.take() {
            relay(err, Stream::Err, sender);
        }
        let mut kept = Kept { out: Tail::of(OUT_ROOM), said: Tail::of(SAID_ROOM) };
        let in_time = loop {
            if group.has_ended().map_err(failed)? {
                break true;
            }
            if begun.elapsed() >= self.timeout || signal().is_some() {
                break false;
            }
            kept.wait(&printed, PAUSE);
        };
        let status = group.end().map_err(failed)?;
        if let Some(signal) = signal() {
            return Err(ProcessError::Interrupted { command: self.command(), signal });
        }
        kept.drain(&printed);
        Ok(Ended {
            status: in_time.then_some(status),
            said: self.without_secrets(kept.said.text()),
            took: begun.elapsed(),
            out: kept.out,
        })
    }

    /// Runs it, and gives what it printed on standard output.
    ///
    /// # Errors
    /// When it cannot be started, does not end in time, or ends in failure.
    pub fn output(&self) -> Result<Vec<u8>, ProcessError> {
        let Ended { status, said, out, .. } = self.run()?;
        let command = || self.command();
        match status {
            None => {
                Err(ProcessError::TimedOut { command: command(), after: self.timeout, source: Said(said) })
            }
            Some(status) if !status.success() => {
                Err(ProcessError::Failed { command: command(), status, source: Said(said) })
            }
            Some(_) => {
                out.whole().ok_or_else(|| ProcessError::TooMuch { command: command(), limit: OUT_ROOM })
            }
        }
    }

    /// How it is shown: the program and its arguments, those with blanks in quotes.
    #[must_use]
    pub fn command(&self) -> String {
        let shown = |word: &OsStr| {
            let word = word.to_string_lossy().replace('\n', "\\n");
            if word.is_empty() || word.contains(char::is_whitespace) { format!("'{word}'") } else { word }
        };
        let program = Path::new(&self.program).file_name().unwrap_or(&self.program);
        let words = [program].into_iter().chain(self.arguments.iter().map(OsString::as_os_str));
        self.without_secrets(words.map(shown).collect::<Vec<_>>().join(" "))
    }

    fn to_start(&self) -> Result<Command, ProcessError> {
        let mut command = Command::new(self.found()?);
        command.args(&self.arguments).env_clear().envs(self.environment.variables());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            if !folder.is_dir() {
                return Err(ProcessError::NoFolder { command: self.command(), folder: folder.clone() });
            }
            command.current_dir(folder);
        }
        Ok(command)
    }

    /// The program's file. Looked for here, so that "not there" can mean nothing but the program.
    fn found(&self) -> Result<PathBuf, ProcessError> {
        let program = Path::new(&self.program);
        let mut candidates = if program.components().count() > 1 {
            vec![program.to_owned()]
        } else {
            let path = self.environment.get("PATH").unwrap_or_default();
            std::env::split_paths(path).map(|folder| folder.join(program)).collect()
        };
        candidates.retain(|candidate| candidate.is_file());
        let name = || self.program.to_string_lossy().into_owned();
        candidates.into_iter().next().ok_or_else(|| ProcessError::NotFound { program: name() })
    }

    fn without_secrets(&self, text: String) -> String {
        let secrets = self.secrets.iter().map(ExposeSecret::expose_secret).filter(|one| !one.is_empty());
        secrets.fold(text, |text, secret| text.replace(secret, "***"))
    }
}

/// What is kept of what a child prints.
struct Kept {
    out: Tail,
    said: Tail,
}

impl Kept {
    /// Takes what is printed next, if anything is within this time; whether more may come.
    fn wait(&mut self, printed: &Receiver<Printed>, time: Duration) -> bool {
        match printed.recv_timeout(time) {
            Ok((stream, bytes)) => {
                self.said.push(&bytes);
                if stream == Stream::Out {
                    self.out.push(&bytes);
                }
                true
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(time);
                false
            }
        }
    }

    /// Takes what is still on its way.
    fn drain(&mut self, printed: &Receiver<Printed>) {
        let until = Instant::now() + GRACE;
        while Instant::now() < until && self.wait(printed, PAUSE) {}
    }
}

#[cfg(all(test, unix))]
mod tests;
