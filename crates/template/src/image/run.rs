//! Carrying out `RUN`: what its commands do to the image, and what the scripts do that they start.

use std::collections::BTreeSet;
use std::sync::Arc;

use text::Span;

use super::build::Builder;
use super::installs::{Bind, Install};
use super::launch::{ScriptFault, of_first_line};
use super::script::{Script, Surroundings};
use super::step::{RunStep, is_shell_line};
use super::trace::Reason;
use super::{Fault, FaultKind};
use crate::dockerfile::Instruction;
use crate::mapped::Mapped;
use crate::shell::{Executed, Field, Program, Start, Value, parse, program, run};

/// How many scripts may start each other.
const DEEPEST: usize = 8;
/// How much text of scripts is followed in all.
pub(super) const MOST_SCRIPT: usize = 1 << 17;

/// How commands came to be run.
struct Way<'w> {
    /// What their `RUN` mounts.
    binds: &'w Arc<[Bind]>,
    /// The scripts on the way: a file, or a place in the Dockerfile.
    scripts: Vec<(Option<Arc<str>>, Span)>,
    /// Names that a shell on the way has set itself.
    assigned: BTreeSet<String>,
    /// Whether a condition on the way decides.
    conditional: bool,
    /// Whether it decides against them by default.
    skipped: bool,
}

/// A script that is to be followed.
struct Started {
    text: Mapped,
    file: Option<Arc<str>>,
    name: String,
    arguments: Vec<Field>,
    interpreted: bool,
}

impl Builder<'_> {
    pub(super) fn run(&mut self, instruction: &Instruction, stage: usize) {
        let directory = Some(Arc::from(self.directory.as_str()));
        let binds = self.binds(instruction, stage);
        let mut step = RunStep::of(instruction, stage, &self.scope, &self.shell, directory);
        let execution = std::mem::take(&mut step.execution);
        let way = Way {
            binds: &binds,
            scripts: Vec::new(),
            assigned: execution.assigned.keys().cloned().collect(),
            conditional: false,
            skipped: false,
        };
        self.carry_out(&execution.commands, &way, &mut step);
        step.execution = execution;
        self.image.runs.push(step);
    }

    fn carry_out(&mut self, commands: &[Executed], way: &Way, step: &mut RunStep) {
        for command in commands {
            let program = program(&command.argv);
            let before = self.image.files.copies.len();
            step.installs.extend(Install::of(command, &program, way.binds, before));
            self.follow(command, &program, way, step);
            if !command.skipped {
                self.image.accounts.apply(command, &program);
                self.image.files.apply(command, &program);
            }
        }
    }

    /// Follows the script that a command starts, if it starts one that the Dockerfile brings.
    fn follow(&mut self, command: &Executed, program: &Program, way: &Way, step: &mut RunStep) {
        let path = self.scope.get("PATH").and_then(|binding| binding.value.as_deref());
        let files = &self.image.files;
        let (copies, binds) = (files.copies.len(), &**way.binds);
        let (context, budget) = (self.context, &self.search_budget);
        let around = Surroundings { files, copies, binds, path, context, budget };
        let mut unfollowed = |why: String| {
            step.unfollowed.push(Reason::of(command.file.as_deref(), command.span, why));
        };
        let started = match around.script(&program.argv, command) {
            Script::None => return,
            Script::Unread(why) => return unfollowed(why),
            Script::Text { text, file, name, arguments, interpreted, .. } => {
                Started { text, file: file.map(Arc::from), name, arguments, interpreted }
            }
        };
        let first = started.text.text().split('\n').next().unwrap_or_default();
        let interpreter = first.strip_prefix("#!").filter(|_| !started.interpreted);
        if interpreter.is_some_and(|interpreter| !is_shell_line(interpreter.trim_end())) {
            return unfollowed("it is not a shell script".to_owned());
        }
        let place = (started.file.clone(), started.text.span());
        if way.scripts.contains(&place) {
            return;
        }
        let cost = 1 + started.text.text().len() + way.assigned.len();
        let left = self.script_budget.checked_sub(cost);
        let Some(left) = left.filter(|_| way.scripts.len() < DEEPEST) else {
            return unfollowed("too many scripts start each other".to_owned());
        };
        // A shell takes text without `#!` for a script; a carriage return there is part of a program's name.
        let fault = of_first_line(first).filter(|fault| *fault == ScriptFault::CarriageReturn);
        if let Some(fault) = fault.filter(|_| !started.interpreted && command.file.is_none()) {
            let kind = FaultKind::Script { path: started.name.clone(), fault };
            self.image.faults.push(Fault { span: command.span, kind });
        }
        self.script_budget = left;
        self.script(started, command, way, step);
    }

    fn script(&mut self, started: Started, command: &Executed, way: &Way, step: &mut RunStep) {
        let Started { text, file, name, arguments, .. } = started;
        let script = parse(&text);
        let scope = &self.scope;
        let variables = |name: &str| {
            if way.assigned.contains(name) { Value::Unknown } else { scope.shell_value(name) }
        };
        let directory = command.directory.clone();
        let mut execution =
            run(&script, Start { variables: &variables, name: Some(name), arguments, directory });
        let conditional = way.conditional || command.conditional;
        let skipped = way.skipped || command.skipped;
        for command in &mut execution.commands {
            command.conditional |= conditional;
            command.skipped |= skipped;
            command.file.clone_from(&file);
        }
        let assigned = &execution.assigned;
        let expansions = script.expansions.into_iter().chain(execution.expansions).collect();
        step.expands(expansions, file.as_ref(), &self.scope, assigned);
        step.scripts.extend(file.as_deref().map(str::to_owned).filter(|file| !step.scripts.contains(file)));
        let scripts = way.scripts.iter().cloned().chain([(file, text.span())]).collect();
        let assigned = way.assigned.iter().chain(assigned.keys()).cloned().collect();
        let way = Way { binds: way.binds, scripts, assigned, conditional, skipped };
        self.carry_out(&execution.commands, &way, step);
    }
}
