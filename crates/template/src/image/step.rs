//! What is run while an image is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use text::Span;

use super::installs::Install;
use super::scope::{Binding, Scope};
use super::trace::{Reason, Trace};
use crate::dockerfile::{Arguments, CommandLine, Instruction};
use crate::mapped::Mapped;
use crate::shell::{Directory, Execution, Expansion, Field, Start, parse, run, run_argv};

/// A `RUN` that makes the image.
#[derive(Debug, Clone)]
pub struct RunStep {
    /// The instruction.
    pub span: Span,
    /// The stage, by its index.
    pub stage: usize,
    /// The text that a shell runs; none in exec form, and where another program than a shell gets it.
    pub text: Option<Mapped>,
    /// What running it comes to; nothing where it is not followed.
    pub execution: Execution,
    /// Variables that its text expands, in order: what makes the layer anew when their values change.
    pub uses: Vec<Used>,
    /// The Python distributions that it installs.
    pub installs: Vec<Install>,
    /// What the shell could not make sense of.
    pub problems: Vec<crate::shell::Problem>,
    /// Whether it could be followed at all: its shell is one that is understood.
    pub followed: bool,
    /// The scripts of the build context that it starts, by their paths there; they are followed.
    pub scripts: Vec<String>,
    /// What it starts that the Dockerfile brings and that could not be followed, with the reasons.
    pub unfollowed: Trace,
}

/// A variable, expanded in the text of a `RUN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The variable.
    pub name: String,
    /// The script that expands it; none for the Dockerfile.
    pub file: Option<Arc<str>>,
    /// The place.
    pub span: Span,
    /// What binds it there; none where the Dockerfile does not.
    pub binding: Option<Binding>,
    /// Whether the shell has set it itself before.
    pub is_own: bool,
}

impl RunStep {
    /// The first place that expands a variable.
    #[must_use]
    pub fn uses(&self, name: &str) -> Option<&Used> {
        self.uses.iter().find(|used| used.name == name)
    }

    /// The first place that expands what a build argument is: itself, or what is made of it.
    #[must_use]
    pub fn reached_by(&self, argument: &str) -> Option<&Used> {
        let carries = |binding: &Binding| binding.carries.iter().any(|name| name == argument);
        self.uses.iter().find(|used| !used.is_own && used.binding.as_ref().is_some_and(carries))
    }

    /// The lines that show that a variable reaches this layer: its declaration, the expansion, what is installed.
    #[must_use]
    pub fn trace(&self, name: &str) -> Trace {
        let mut trace = Trace::new();
        if let Some(used) = self.reached_by(name) {
            if let Some(binding) = &used.binding {
                trace.push(Reason::new(binding.span, format!("sets `{}`", used.name)));
            }
            let why = format!("`{}` is part of what this layer is made of", used.name);
            trace.push(Reason::of(used.file.as_deref(), used.span, why));
        }
        let installs = self.installs.iter();
        trace.extend(
            installs
                .map(|install| Reason::of(install.file.as_deref(), install.span, "installs distributions")),
        );
        trace
    }

    /// Follows a `RUN` under the names that are bound before it.
    pub(super) fn of(
        instruction: &Instruction,
        stage: usize,
        scope: &Scope,
        shell: &[String],
        directory: Directory,
    ) -> Self {
        let variables = |name: &str| scope.shell_value(name);
        let start = Start { variables: &variables, name: None, arguments: Vec::new(), directory };
        let mut step = Self {
            span: instruction.span,
            stage,
            text: None,
            execution: Execution::default(),
            uses: Vec::new(),
            installs: Vec::new(),
            problems: Vec::new(),
            followed: true,
            scripts: Vec::new(),
            unfollowed: Trace::new(),
        };
        let mut expansions = Vec::new();
        if let Some(text) = instruction.shell_text() {
            step.followed = is_understood(shell, text.text());
            if step.followed {
                let script = parse(&text);
                step.execution = run(&script, start);
                expansions = script.expansions;
                step.problems = script.problems;
                step.text = Some(text);
            }
        } else if let Arguments::Command(CommandLine::Exec(argv)) = &instruction.arguments {
            step.execution = run_argv(fields(argv), instruction.span, start);
        }
        expansions.append(&mut step.execution.expansions);
        let assigned = std::mem::take(&mut step.execution.assigned);
        step.expands(expansions, None, scope, &assigned);
        step.execution.assigned = assigned;
        step
    }

    /// Notes what is expanded, in a script or in its own text.
    pub(super) fn expands(
        &mut self,
        expansions: Vec<Expansion>,
        file: Option<&Arc<str>>,
        scope: &Scope,
        assigned: &BTreeMap<String, usize>,
    ) {
        let used = |one: Expansion| Used {
            binding: scope.get(&one.name).cloned(),
            is_own: assigned.get(&one.name).is_some_and(|place| *place <= one.span.start),
            name: one.name,
            file: file.cloned(),
            span: one.span,
        };
        self.uses.extend(expansions.into_iter().map(used));
    }
}

/// The words of a command in exec form, as fields.
pub(super) fn fields(argv: &[Mapped]) -> Vec<Field> {
    argv.iter()
        .map(|word| Field { inner: Some(word.span()), ..Field::known(word.text(), word.span()) })
        .collect()
}

/// Whether the text is for a shell: by `SHELL`, or by the first line of a here-document.
fn is_understood(shell: &[String], text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    match first.strip_prefix("#!") {
        Some(interpreter) => is_shell_line(interpreter),
        None => shell.first().is_some_and(|program| is_shell(program)),
    }
}

/// Whether the interpreter that a script's first line names is a shell: `/bin/sh -e`, `/usr/bin/env bash`.
pub(super) fn is_shell_line(interpreter: &str) -> bool {
    let words = interpreter.split_whitespace().filter(|word| !word.starts_with('-'));
    words.map(super::paths::file_name).find(|name| *name != "env").is_some_and(is_shell)
}

fn is_shell(program: &str) -> bool {
    matches!(super::paths::file_name(program), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh")
}
