//! What starting a container runs.

use std::sync::Arc;

use text::Span;

use super::files::{BuildContext, Origin};
use super::paths::absolute;
use super::scope::shell_value;
use super::step::{fields, is_shell_line};
use super::trace::{Reason, Trace};
use super::{CommandSetting, Image};
use crate::dockerfile::CommandLine;
use crate::mapped::Mapped;
use crate::shell::{Executed, Execution, Field, Start, Value, parse, program, run, run_argv};

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

/// What keeps a script from being started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScriptFault {
    /// The kernel looks for an interpreter whose name ends with a carriage return.
    #[error(
        "the script's first line ends with a carriage return, which becomes part of its interpreter's name"
    )]
    CarriageReturn,
    /// The kernel does not know what to do with it.
    #[error("the script does not begin with `#!` and its interpreter")]
    NoInterpreter,
    /// A byte order mark in front of `#!`.
    #[error("the script begins with a byte order mark, which hides its interpreter")]
    ByteOrderMark,
}

impl ScriptFault {
    /// What would mend it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::CarriageReturn => {
                "save it with Unix line ends, and keep them by `*.sh text eol=lf` in .gitattributes"
            }
            Self::NoInterpreter => "begin it with `#!/bin/sh`",
            Self::ByteOrderMark => "save it as UTF-8 without a byte order mark",
        }
    }
}

/// How many scripts may lead to each other.
const MOST_SCRIPTS: usize = 8;
/// How many folders of `PATH` are searched.
const MOST_FOLDERS: usize = 16;
/// How many ends are followed.
const MOST_ENDS: usize = 16;

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
    let mut launch = Launch { by, form, span: setting.span, ends: Vec::new(), faults: Vec::new() };
    let instruction = if by == LaunchedBy::Entrypoint { "ENTRYPOINT" } else { "CMD" };
    let trace = vec![Reason::new(setting.span, format!("the last {instruction} decides what is started"))];
    let variables = |name: &str| shell_value(image.environment.get(name), name);
    let execution = run_argv(argv, setting.span, start(image, &variables, Vec::new()));
    let mut follower = Follower { image, context, launch: &mut launch };
    follower.execution(&execution, &Way { file: None, trace, replaces: true, scripts: 0, by_kernel: true });
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
fn start<'v>(image: &Image, variables: &'v dyn Fn(&str) -> Value, arguments: Vec<Field>) -> Start<'v> {
    let workdir = image.workdir.as_ref().and_then(|workdir| workdir.text.as_deref());
    Start { variables, arguments, directory: workdir.map(Arc::from) }
}

/// How something was come to.
struct Way {
    file: Option<String>,
    trace: Trace,
    replaces: bool,
    scripts: usize,
    /// Whether the kernel starts it, rather than a shell that takes any text for a script.
    by_kernel: bool,
}

struct Follower<'a> {
    image: &'a Image,
    context: &'a dyn BuildContext,
    launch: &'a mut Launch,
}

impl Follower<'_> {
    fn execution(&mut self, execution: &Execution, way: &Way) {
        for ending in &execution.endings {
            let command = &execution.commands[ending.command];
            self.command(command, way, way.replaces && ending.replaces);
        }
    }

    /// Follows a command that something ends with.
    fn command(&mut self, command: &Executed, way: &Way, replaces: bool) {
        if self.launch.ends.len() >= MOST_ENDS {
            return;
        }
        let program = program(&command.argv);
        let mut trace = way.trace.clone();
        let why = if replaces { "becomes" } else { "ends with" };
        if way.file.is_some() {
            trace.push(Reason::of(
                way.file.as_deref(),
                command.span,
                format!("{why} {}", shown(&program.argv)),
            ));
        }
        let mut end = End {
            argv: program.argv,
            replaces,
            unread: None,
            guessed: program.guessed,
            file: way.file.clone(),
            span: command.span,
            trace,
        };
        match self.script(&end.argv, command) {
            Script::None => {}
            Script::Unread(why) => end.unread = Some(why),
            Script::Text { text, file, mut trace, arguments, named } => {
                if way.scripts >= MOST_SCRIPTS {
                    end.unread = Some("too many scripts lead to each other".to_owned());
                } else {
                    end.trace.append(&mut trace);
                    let by_kernel = !named && (way.file.is_none() || replaces);
                    let way = Way { file, trace: end.trace, replaces, scripts: way.scripts + 1, by_kernel };
                    return self.text(&text, arguments, way, end.argv);
                }
            }
        }
        self.launch.ends.push(end);
    }

    /// Follows a script's text.
    fn text(&mut self, text: &Mapped, arguments: Vec<Field>, way: Way, argv: Vec<Field>) {
        let first = text.text().split('\n').next().unwrap_or_default();
        let place = text.span_of(0..first.len());
        if let Some(fault) = fault(first).filter(|_| way.by_kernel) {
            let reason = Reason::of(way.file.as_deref(), place, fault.to_string());
            self.launch.faults.push((reason, fault));
        }
        let interpreter = first.trim_start_matches(text::BYTE_ORDER_MARK).strip_prefix("#!");
        if interpreter.is_some_and(|interpreter| !is_shell_line(interpreter)) {
            let unread = Some("it is not a shell script".to_owned());
            let Way { file, trace, replaces, .. } = way;
            self.launch.ends.push(End { argv, replaces, unread, guessed: false, file, span: place, trace });
            return;
        }
        let image = self.image;
        let variables = |name: &str| shell_value(image.environment.get(name), name);
        let execution = run(&parse(text), start(image, &variables, arguments));
        if execution.endings.is_empty() {
            let unread = Some("it comes to no end that starts a program".to_owned());
            let Way { file, trace, replaces, .. } = way;
            self.launch.ends.push(End { argv, replaces, unread, guessed: false, file, span: place, trace });
            return;
        }
        self.execution(&execution, &way);
    }

    /// The script that a command line starts, if the Dockerfile brings it.
    fn script(&self, argv: &[Field], command: &Executed) -> Script {
        let Some(name) = argv.first().and_then(|field| field.text.as_deref()) else { return Script::None };
        let interpreted =
            matches!(super::paths::file_name(name), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh");
        let skipped = if interpreted {
            // Options of the shell stand in front of the script.
            let options = argv[1..]
                .iter()
                .take_while(|field| field.text.as_deref().is_some_and(|text| text.starts_with(['-', '+'])));
            1 + options.count()
        } else {
            0
        };
        let Some(path) = argv.get(skipped).and_then(|field| field.text.as_deref()) else {
            return Script::None;
        };
        let arguments = argv[skipped + 1..].to_vec();
        let origin = self.places(path, command).into_iter().find_map(|place| {
            match self.image.files.origin(&place, self.context) {
                Origin::Unknown => None,
                origin => Some(origin),
            }
        });
        match origin {
            None | Some(Origin::Unknown) => Script::None,
            Some(Origin::Made { by, .. }) => Script::Unread(format!("it is made by {by}")),
            Some(Origin::Document { text, trace }) => {
                Script::Text { text, file: None, trace, arguments, named: interpreted }
            }
            Some(Origin::Context { path, trace }) => match self.context.text(&path) {
                Some(text) => {
                    let text = Mapped::verbatim(text, 0);
                    Script::Text { text, file: Some(path), trace, arguments, named: interpreted }
                }
                None => Script::Unread(format!("`{path}` cannot be read as text")),
            },
        }
    }

    /// Where a program may lie that is named so.
    fn places(&self, name: &str, command: &Executed) -> Vec<String> {
        const PATH: [&str; 6] =
            ["/usr/local/bin", "/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        if name.contains('/') {
            let relative = || command.directory.as_deref().map(|directory| absolute(directory, name));
            return if name.starts_with('/') {
                vec![absolute("/", name)]
            } else {
                relative().into_iter().collect()
            };
        }
        let known = self.image.environment.get("PATH").and_then(|binding| binding.value.as_deref());
        let own = known.into_iter().flat_map(|path| path.split(':')).filter(|folder| folder.starts_with('/'));
        own.take(MOST_FOLDERS).chain(PATH).map(|folder| absolute(folder, name)).collect()
    }
}

enum Script {
    /// The program is none that the Dockerfile brings.
    None,
    /// It is, and cannot be followed.
    Unread(String),
    Text {
        text: Mapped,
        file: Option<String>,
        trace: Trace,
        arguments: Vec<Field>,
        /// Whether a shell is told to run it, so that its first line is a comment.
        named: bool,
    },
}

/// What keeps the kernel from starting a script with such a first line.
fn fault(first: &str) -> Option<ScriptFault> {
    if first.starts_with(text::BYTE_ORDER_MARK) {
        Some(ScriptFault::ByteOrderMark)
    } else if !first.starts_with("#!") {
        Some(ScriptFault::NoInterpreter)
    } else if first.ends_with('\r') {
        Some(ScriptFault::CarriageReturn)
    } else {
        None
    }
}

fn shown(argv: &[Field]) -> String {
    match argv.first() {
        Some(Field { text: Some(name), .. }) => format!("`{name}`"),
        Some(_) => "a program that cannot be told".to_owned(),
        None => "nothing".to_owned(),
    }
}
