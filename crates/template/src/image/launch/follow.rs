//! Following scripts to their ends.

use std::cell::Cell;

use text::{BYTE_ORDER_MARK, Span};

use super::super::Image;
use super::super::files::BuildContext;
use super::super::scope::shell_value;
use super::super::script::{MOST_SEARCHED, Script, Surroundings};
use super::super::step::is_shell_line;
use super::super::trace::{Reason, Trace};
use super::{End, Launch, ScriptFault, fault, start};
use crate::mapped::Mapped;
use crate::shell::{Executed, Execution, Field, ProblemKind, Program, parse, program, run};

/// How many scripts may lead to each other.
const MOST_SCRIPTS: usize = 8;
/// How many programs are told that are started on the way.
const MOST_PASSED: usize = 64;
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
        if way.file.is_some() || !way.scripts.is_empty() {
            self.pass(execution, way);
        }
        for ending in &execution.endings {
            let command = &execution.commands[ending.command];
            self.command(command, way, way.replaces && ending.replaces);
        }
    }

    /// Notes what a script starts and does not end with.
    fn pass(&mut self, execution: &Execution, way: &Way) {
        let is_end = |index| execution.endings.iter().any(|ending| ending.command == index);
        for (index, command) in execution.commands.iter().enumerate() {
            if self.launch.passed.len() >= MOST_PASSED {
                return;
            }
            if is_end(index) {
                continue;
            }
            let program = program(&command.argv);
            self.launch.passed.push(End {
                argv: program.argv,
                wrappers: program.wrappers,
                replaces: false,
                unread: None,
                guessed: program.guessed,
                file: way.file.clone(),
                span: command.span,
                trace: way.trace.clone(),
            });
        }
    }

    /// Follows a command that something ends with.
    fn command(&mut self, command: &Executed, way: &Way, replaces: bool) {
        if self.launch.ends.len() >= MOST_ENDS {
            return;
        }
        let mut program = program(&command.argv);
        if let Some(at) = self.dead_word(command, &program) {
            // What only a shell has is no program that anything else could start.
            program.argv = command.argv[at..].to_vec();
            program.wrappers.clear();
        }
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
            wrappers: program.wrappers,
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
                    let End { argv, wrappers, .. } = end;
                    return self.text(&text, name, arguments, way, End { argv, wrappers, ..end_of(command) });
                }
            }
        }
        self.launch.ends.push(end);
    }

    /// Follows a script's text.
    fn text(&mut self, text: &Mapped, name: String, arguments: Vec<Field>, way: Way, end: End) {
        let first = text.text().split('\n').next().unwrap_or_default();
        let place = text.span_of(0..first.len());
        let is_unix = self.image.files.is_made_unix(&name);
        let first_line = fault::of_first_line(first).filter(|_| way.by_kernel);
        let first_line = first_line.filter(|fault| *fault != ScriptFault::CarriageReturn || !is_unix);
        let returns = text.text().find("\r\n").filter(|_| way.file.is_some() && !is_unix);
        if let Some(fault) = first_line {
            self.fault(&way, place, fault);
        } else if let Some(at) = returns {
            self.fault(&way, text.span_of(at..at + 1), ScriptFault::CarriageReturns);
        }
        if way.by_kernel && self.image.files.is_executable(&name, self.context) == Some(false) {
            self.fault(&way, place, ScriptFault::NotExecutable);
        }
        let interpreter = first.trim_start_matches(BYTE_ORDER_MARK).strip_prefix("#!");
        if interpreter.is_some_and(|interpreter| !is_shell_line(interpreter)) {
            let unread = Some("it is not a shell script".to_owned());
            let Way { file, trace, replaces, .. } = way;
            self.launch.ends.push(End { replaces, unread, file, span: place, trace, ..end });
            return;
        }
        let image = self.image;
        let variables = |name: &str| shell_value(image.environment.get(name), name);
        let script = parse(text);
        for problem in &script.problems {
            if let ProblemKind::Unclosed(what) = problem.kind
                && what != "<<"
            {
                self.fault(&way, problem.span, ScriptFault::Unclosed(what));
                break;
            }
        }
        let execution = run(&script, start(image, &variables, Some(name), arguments));
        if execution.endings.is_empty() {
            let unread = Some("it comes to no end that starts a program".to_owned());
            let Way { file, trace, replaces, .. } = way;
            self.launch.ends.push(End { replaces, unread, file, span: place, trace, ..end });
            return;
        }
        self.execution(&execution, &way);
    }

    fn fault(&mut self, way: &Way, span: Span, fault: ScriptFault) {
        let reason = Reason::of(way.file.as_deref(), span, fault.to_string());
        self.launch.faults.push((reason, fault));
    }

    /// Where in a command line a word stands that only a shell understands, and that no shell reads.
    fn dead_word(&self, command: &Executed, program: &Program) -> Option<usize> {
        let is_exec_form = command.span == self.launch.span;
        let mut words = program.wrappers.iter().enumerate();
        let (_, word) = words.find(|(index, word)| {
            matches!(word.as_str(), "exec" | "command" | "builtin") && (*index > 0 || is_exec_form)
        })?;
        let first = usize::from(!is_exec_form);
        let found = command.argv.iter().enumerate().skip(first).find(|(_, field)| field.is(word));
        found.map(|(at, _)| at)
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

/// An end of which nothing is known but its place.
fn end_of(command: &Executed) -> End {
    End {
        argv: Vec::new(),
        wrappers: Vec::new(),
        replaces: false,
        unread: None,
        guessed: false,
        file: None,
        span: command.span,
        trace: Trace::new(),
    }
}

fn shown(argv: &[Field]) -> String {
    match argv.first() {
        Some(Field { text: Some(name), .. }) => format!("`{name}`"),
        Some(_) => "a program that cannot be told".to_owned(),
        None => "nothing".to_owned(),
    }
}
