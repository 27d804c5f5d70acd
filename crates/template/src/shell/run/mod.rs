//! Following a script without running it.

mod flow;
mod nested;
mod question;
mod simple;

use std::collections::BTreeMap;
use std::sync::Arc;

use text::Span;

use crate::mapped::Mapped;

use super::parser::{Expansion, Script};
use super::syntax::{Command, RedirectKind, Simple};
use super::value::{Field, Value, Variables};

/// What is there when a script starts.
pub struct Start<'a> {
    /// The environment.
    pub variables: &'a dyn Fn(&str) -> Value,
    /// The script's own name, `$0`; none where it cannot be told.
    pub name: Option<String>,
    /// The arguments, the script's own name left out.
    pub arguments: Vec<Field>,
    /// The working directory.
    pub directory: Directory,
}

/// A working directory: an absolute path; none where it cannot be told.
pub type Directory = Option<Arc<str>>;

/// What a script comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Execution {
    /// The commands, in the order in which they are reached. Those that evidently never are, are left out: behind
    /// `exit` or `exec`, behind `false &&`, in functions that are not called.
    pub commands: Vec<Executed>,
    /// How it may end: with which of the commands. Several where conditions decide.
    pub endings: Vec<Ending>,
    /// What shells within it expand, in text that the script itself leaves alone: `sh -c '… $X …'`.
    pub expansions: Vec<Expansion>,
    /// The names that its own shell sets, or sets for one of its commands, with the places behind which they are set.
    pub assigned: BTreeMap<String, usize>,
    /// Whether functions call each other too often to be followed to the end.
    pub truncated: bool,
}

/// A simple command that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// Its name and arguments, expanded; `exec` and other wrappers are still in front.
    pub argv: Vec<Field>,
    /// The file that it stands in, where whoever follows it says so.
    pub file: Option<Arc<str>>,
    /// Its place.
    pub span: Span,
    /// Whether a condition decides if it runs.
    pub conditional: bool,
    /// Whether it is left out when variables have the values that they have by default.
    pub skipped: bool,
    /// Whether nothing waits for it: `&`.
    pub background: bool,
    /// Where it runs.
    pub directory: Directory,
    /// The files that it writes to, as far as they are known.
    pub writes: Vec<(RedirectKind, String)>,
    /// The here-document that `cat` or `tee` reads, as far as it is known.
    pub reads: Option<Mapped>,
}

/// An end of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The command, by its index in [`Execution::commands`].
    pub command: usize,
    /// Whether the script's own process becomes the program, by `exec`; otherwise the script waits for it.
    pub replaces: bool,
}

/// How deep functions and nested shells are followed.
const DEEPEST: usize = 8;
/// How many commands are followed in functions and nested shells.
const MOST_NESTED: usize = 20_000;
/// How many commands are kept as a possible last one.
const MOST_LAST: usize = 16;

/// Follows a script from its start: which commands it reaches, and how it ends.
///
/// Commands that are not known to fail are taken to succeed; conditions may hold or not. Nothing is run.
#[must_use]
pub fn run(script: &Script, start: Start) -> Execution {
    let mut budget = MOST_NESTED;
    run_within(script, start, 0, &mut budget)
}

/// Follows a command that is started without a shell; where it is itself a shell with text to run, that is followed.
#[must_use]
pub fn run_argv(argv: Vec<Field>, span: Span, start: Start) -> Execution {
    let script = Script::default();
    let simple = Simple { span, ..Simple::default() };
    let mut budget = MOST_NESTED;
    let mut runner = Runner::new(&script, start, 0, &mut budget);
    runner.replace(argv, &simple);
    runner.execution
}

fn run_within(script: &Script, start: Start, depth: usize, budget: &mut usize) -> Execution {
    let mut runner = Runner::new(script, start, depth, budget);
    let outcome = runner.list(&script.commands);
    runner.execution.assigned.append(&mut runner.variables.assigned);
    if outcome.goes_on() {
        let last = std::mem::take(&mut runner.last);
        runner.execution.endings.extend(last.into_iter().map(|command| Ending { command, replaces: false }));
    }
    runner.execution
}

/// What following a script keeps in mind.
struct Runner<'s, 'v> {
    script: &'s Script,
    variables: Variables<'v>,
    directory: Directory,
    functions: BTreeMap<&'s str, &'s Command>,
    depth: usize,
    budget: &'v mut usize,
    circumstance: Circumstance,
    /// The commands that may have been the last one in the script's own process.
    last: Vec<usize>,
    execution: Execution,
}

impl<'s, 'v> Runner<'s, 'v> {
    fn new(script: &'s Script, start: Start<'v>, depth: usize, budget: &'v mut usize) -> Self {
        Self {
            script,
            variables: Variables::new(start.variables, start.name, start.arguments),
            directory: start.directory,
            functions: BTreeMap::new(),
            depth,
            budget,
            circumstance: Circumstance::default(),
            last: Vec::new(),
            execution: Execution::default(),
        }
    }
}

/// Under which circumstances a command is reached.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is there or not, whatever the others are")]
struct Circumstance {
    /// A condition decides whether it runs.
    conditional: bool,
    /// It is left out by default.
    skipped: bool,
    /// It runs in a process of its own, whose end is not the script's.
    aside: bool,
    /// Nothing waits for it.
    background: bool,
}

/// How a command comes out.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    /// It evidently succeeds.
    Success,
    /// It evidently fails.
    Failure,
    /// That depends.
    Open,
    /// Nothing comes after it in its function.
    Returns,
    /// Nothing comes after it in its process.
    Ends,
}

impl Outcome {
    fn goes_on(self) -> bool {
        !matches!(self, Self::Returns | Self::Ends)
    }

    fn negated(self) -> Self {
        match self {
            Self::Success => Self::Failure,
            Self::Failure => Self::Success,
            other => other,
        }
    }
}
