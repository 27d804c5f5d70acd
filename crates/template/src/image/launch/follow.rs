//! Following scripts to their ends.

use text::{BYTE_ORDER_MARK, Span};

use super::super::Image;
use super::super::files::BuildContext;
use super::super::origin::Origin;
use super::super::paths::{absolute, file_name};
use super::super::scope::shell_value;
use super::super::step::is_shell_line;
use super::super::trace::{Reason, Trace};
use super::{End, Launch, fault, start};
use crate::mapped::Mapped;
use crate::shell::{Executed, Execution, Field, parse, program, run};

/// How many scripts may lead to each other.
const MOST_SCRIPTS: usize = 8;
/// How many folders of `PATH` are searched.
const MOST_FOLDERS: usize = 16;
/// How many ends are followed.
const MOST_ENDS: usize = 16;

/// How something was come to.
pub(super) struct Way {
    pub(super) file: Option<String>,
    pub(super) trace: Trace,
    pub(super) replaces: bool,
    /// The scripts on the way.
    pub(super) scripts: Vec<Place>,
    /// Whether the kernel starts it, rather than a shell that takes any text for a script.
    pub(super) by_kernel: bool,
}

/// What tells scripts apart: a file, or a place in the Dockerfile.
pub(super) type Place = (Option<String>, Span);

pub(super) struct Follower<'a> {
    image: &'a Image,
    context: &'a dyn BuildContext,
    launch: &'a mut Launch,
    /// Ends of scripts that start themselves again: they are the ends that these scripts have anyway.
    again: Vec<End>,
}

impl<'a> Follower<'a> {
    pub(super) fn new(image: &'a Image, context: &'a dyn BuildContext, launch: &'a mut Launch) -> Self {
        Self { image, context, launch, again: Vec::new() }
    }

    /// Where scripts do nothing but start themselves again, that is the end.
    pub(super) fn finish(self) {
        if self.launch.ends.is_empty() {
            self.launch.ends.extend(self.again.into_iter().next());
        }
    }

    pub(super) fn execution(&mut self, execution: &Execution, way: &Way) {
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
            Script::Text { text, file, name, mut trace, arguments, interpreted } => {
                let place = (file.clone(), text.span());
                if way.scripts.contains(&place) {
                    end.unread = Some("it starts itself again".to_owned());
                    return self.again.push(end);
                }
                if way.scripts.len() >= MOST_SCRIPTS {
                    end.unread = Some("too many scripts lead to each other".to_owned());
                } else {
                    end.trace.append(&mut trace);
                    let by_kernel = !interpreted && (way.file.is_none() || replaces);
                    let scripts = way.scripts.iter().cloned().chain([place]).collect();
                    let way = Way { file, trace: end.trace, replaces, scripts, by_kernel };
                    return self.text(&text, name, arguments, way, end.argv);
                }
            }
        }
        self.launch.ends.push(end);
    }

    /// Follows a script's text.
    fn text(&mut self, text: &Mapped, name: String, arguments: Vec<Field>, way: Way, argv: Vec<Field>) {
        let first = text.text().split('\n').next().unwrap_or_default();
        let place = text.span_of(0..first.len());
        if let Some(fault) = fault::of_first_line(first).filter(|_| way.by_kernel) {
            let reason = Reason::of(way.file.as_deref(), place, fault.to_string());
            self.launch.faults.push((reason, fault));
        }
        let interpreter = first.trim_start_matches(BYTE_ORDER_MARK).strip_prefix("#!");
        if interpreter.is_some_and(|interpreter| !is_shell_line(interpreter)) {
            let unread = Some("it is not a shell script".to_owned());
            let Way { file, trace, replaces, .. } = way;
            self.launch.ends.push(End { argv, replaces, unread, guessed: false, file, span: place, trace });
            return;
        }
        let image = self.image;
        let variables = |name: &str| shell_value(image.environment.get(name), name);
        let execution = run(&parse(text), start(image, &variables, Some(name), arguments));
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
        let interpreted = matches!(file_name(name), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh");
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
        let found = self.places(path, command).into_iter().find_map(|place| {
            match self.image.files.origin(&place, self.context) {
                Origin::Unknown => None,
                origin => Some((origin, place)),
            }
        });
        let Some((origin, name)) = found else { return Script::None };
        match origin {
            Origin::Unknown => Script::None,
            Origin::Made { by, .. } => Script::Unread(format!("it is made by {by}")),
            Origin::Document { text, trace } => {
                Script::Text { text, file: None, name, trace, arguments, interpreted }
            }
            Origin::Context { path, trace } => match self.context.text(&path) {
                Some(text) => {
                    let text = Mapped::verbatim(text, 0);
                    Script::Text { text, file: Some(path), name, trace, arguments, interpreted }
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
        /// The path that it is started by.
        name: String,
        trace: Trace,
        arguments: Vec<Field>,
        /// Whether a shell is told to run it, so that its first line is a comment.
        interpreted: bool,
    },
}

fn shown(argv: &[Field]) -> String {
    match argv.first() {
        Some(Field { text: Some(name), .. }) => format!("`{name}`"),
        Some(_) => "a program that cannot be told".to_owned(),
        None => "nothing".to_owned(),
    }
}
