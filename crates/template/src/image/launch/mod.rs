//! What starting a container runs.

mod fault;
mod follow;

use std::sync::Arc;

use text::Span;

use super::files::BuildContext;
use super::scope::shell_value;
use super::step::fields;
use super::trace::{Reason, Trace};
use super::{CommandSetting, Image};
use crate::dockerfile::CommandLine;
use crate::shell::{Field, Start, Value, run_argv};

pub use fault::ScriptFault;
pub(super) use fault::of_first_line;

use follow::{Follower, Way};

/// What starting a container runs, once wrapper scripts are followed to their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The instruction that decides it.
    pub by: LaunchedBy,
    /// Its form.
    pub form: Form,
    /// The instruction's place.
    pub span: Span,
    /// What is running in the end: several where conditions in a script decide.
    pub ends: Vec<End>,
    /// What scripts start on the way, and do not become.
    pub passed: Vec<End>,
    /// What stands in the way of a script on the way there.
    pub faults: Vec<(Reason, ScriptFault)>,
}

/// The instruction that decides what is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LaunchedBy {
    /// `ENTRYPOINT`.
    Entrypoint,
    /// `CMD` alone.
    Cmd,
}

/// The form of an instruction's command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON array: the program is started itself.
    Exec,
    /// Text: a shell is started, and signals reach it instead of the program.
    Shell,
}

/// A program that is running in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Its command line, wrappers as `tini --` taken off; empty where nothing is left.
    pub argv: Vec<Field>,
    /// The programs in front that only run it, by their names: `tini`, `gosu`.
    pub wrappers: Vec<String>,
    /// Whether every script on the way becomes it by `exec`.
    pub replaces: bool,
    /// Whether it is a file that the Dockerfile brings, but whose text could not be followed, and why.
    pub unread: Option<String>,
    /// Whether something in front of it cannot be told, and is taken for a wrapper or for nothing.
    pub guessed: bool,
    /// The file that it is started from; none for the Dockerfile.
    pub file: Option<String>,
    /// The place that starts it.
    pub span: Span,
    /// The lines that lead to it.
    pub trace: Trace,
}

impl End {
    /// The program's name without its folder; none where it cannot be told.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        self.path()?.rsplit('/').next()
    }

    /// The program as it is named; none where it cannot be told.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.argv.first()?.text.as_deref()
    }
}

pub(super) fn launch(image: &Image, context: &dyn BuildContext) -> Option<Launch> {
    let (by, setting) = match (&image.entrypoint, &image.cmd) {
        (Some(entrypoint), _) => (LaunchedBy::Entrypoint, entrypoint),
        (None, Some(cmd)) => (LaunchedBy::Cmd, cmd),
        (None, None) => return None,
    };
    let form = match setting.line {
        CommandLine::Exec(_) => Form::Exec,
        CommandLine::Shell(_) => Form::Shell,
    };
    let mut argv = argv(setting);
    if let (LaunchedBy::Entrypoint, Form::Exec, Some(cmd)) = (by, form, &image.cmd) {
        argv.extend(self::argv(cmd));
    }
    let mut launch =
        Launch { by, form, span: setting.span, ends: Vec::new(), passed: Vec::new(), faults: Vec::new() };
    let instruction = if by == LaunchedBy::Entrypoint { "ENTRYPOINT" } else { "CMD" };
    let trace = vec![Reason::new(setting.span, format!("the last {instruction} decides what is started"))];
    let variables = |name: &str| shell_value(image.environment.get(name), name);
    let execution = run_argv(argv, setting.span, start(image, &variables, None, Vec::new()));
    let mut follower = Follower::new(image, context, &mut launch);
    follower.execution(
        &execution,
        &Way { file: None, trace, replaces: true, scripts: Vec::new(), by_kernel: true },
    );
    follower.finish();
    Some(launch)
}

/// The command line that a setting stands for.
fn argv(setting: &CommandSetting) -> Vec<Field> {
    match &setting.line {
        CommandLine::Exec(words) => fields(words),
        CommandLine::Shell(text) => {
            let shell = setting.shell.iter().map(|word| Field::known(word, setting.span));
            let text = Field { inner: Some(text.span()), ..Field::known(text.text(), text.span()) };
            shell.chain([text]).collect()
        }
    }
}

/// What is there when a container starts: its environment, unless whoever starts it says otherwise.
fn start<'v>(
    image: &Image,
    variables: &'v dyn Fn(&str) -> Value,
    name: Option<String>,
    arguments: Vec<Field>,
) -> Start<'v> {
    let workdir = image.workdir.as_ref().and_then(|workdir| workdir.text.as_deref());
    Start { variables, name, arguments, directory: workdir.map(Arc::from) }
}
