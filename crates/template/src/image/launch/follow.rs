//! Following scripts to their ends.

use std::cell::Cell;

use text::{BYTE_ORDER_MARK, Span};

use super::super::Image;
use super::super::files::BuildContext;
use super::super::scope::shell_value;
use super::super::script::{MOST_SEARCHED, Script, Surroundings};
use super::super::step::is_shell_line;
use super::super::trace::{Reason, Trace};
use super::{End, Launch, fault, start};
use crate::mapped::Mapped;
use crate::shell::{Executed, Execution, Field, parse, program, run};

/// How many scripts may lead to each other.
const MOST_SCRIPTS: usize = 8;
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
    budget: Cell<usize>,
}

impl<'a> Follower<'a> {
    pub(super) fn new(image: &'a Image, context: &'a dyn BuildContext, launch: &'a mut Launch) -> Self {
        Self { image, context, launch, again: Vec::new(), budget: Cell::new(MOST_SEARCHED) }
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
        let path = self.image.environment.get("PATH").and_then(|binding| binding.value.as_deref());
        let files = &self.image.files;
        let copies = files.copies.len();
        let (context, budget) = (self.context, &self.budget);
        Surroundings { files, copies, binds: &[], path, context, budget }.script(argv, command)
    }
}

fn shown(argv: &[Field]) -> String {
    match argv.first() {
        Some(Field { text: Some(name), .. }) => format!("`{name}`"),
        Some(_) => "a program that cannot be told".to_owned(),
        None => "nothing".to_owned(),
    }
}
