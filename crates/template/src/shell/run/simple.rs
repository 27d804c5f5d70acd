//! Simple commands: variables, builtins, functions, and programs.

use std::sync::Arc;

use super::super::syntax::{Redirect, RedirectKind, Simple};
use super::super::value::{Field, Value};
use super::super::word::{Part, Word};
use super::{DEEPEST, Ending, Executed, Outcome, Runner};
use crate::mapped::Mapped;

/// How long paths may be on Linux.
const LONGEST_PATH: usize = 4096;

impl<'s> Runner<'s, '_> {
    pub(super) fn simple(&mut self, simple: &'s Simple) -> Outcome {
        if self.depth > 0 {
            if *self.budget == 0 {
                self.execution.truncated = true;
                return Outcome::Open;
            }
            *self.budget -= 1;
        }
        for word in simple.words.iter().chain(simple.assignments.iter().filter_map(|one| one.value.as_ref()))
        {
            self.substitutions(word);
        }
        if simple.words.is_empty() {
            return self.assign(simple);
        }
        for assignment in &simple.assignments {
            self.variables.touch(&assignment.name, simple.span.end);
        }
        let argv: Vec<_> = simple.words.iter().flat_map(|word| self.variables.fields(word)).collect();
        let Some(name) = argv.first() else { return Outcome::Open };
        match name.text.clone() {
            Some(name) => self.named(&name, argv, simple),
            None => self.reach(argv, simple),
        }
    }

    fn assign(&mut self, simple: &'s Simple) -> Outcome {
        for assignment in &simple.assignments {
            let value = assignment.value.as_ref().map_or(Value::Unknown, |word| self.variables.value(word));
            if assignment.value.is_none() {
                let certain = assignment.elements.is_some() && !self.circumstance.conditional;
                let elements = assignment.elements.as_deref().unwrap_or_default();
                self.variables.set_array(&assignment.name, elements, certain, assignment.span);
            }
            self.variables.touch(&assignment.name, assignment.span.end);
            self.variables.set(&assignment.name, value);
        }
        let asks = |word: &Word| word.parts.iter().any(|part| matches!(part, Part::Command { .. }));
        let asks = simple.assignments.iter().any(|one| one.value.as_ref().is_some_and(asks));
        if asks { Outcome::Open } else { Outcome::Success }
    }

    /// Commands within a word, whose output it stands for.
    pub(super) fn substitutions(&mut self, word: &'s Word) {
        for part in &word.parts {
            match part {
                Part::Command { commands, .. } => {
                    let last = self.last.clone();
                    self.aside(|runner| runner.list(commands));
                    self.last = last;
                }
                Part::Parameter(parameter) => self.substitutions(&parameter.word),
                Part::Literal { .. } | Part::Arithmetic => {}
            }
        }
    }

    fn named(&mut self, name: &str, argv: Vec<Field>, simple: &'s Simple) -> Outcome {
        if let Some(body) = self.functions.get(name).copied() {
            return self.call(body, argv);
        }
        match name {
            "true" | ":" => Outcome::Success,
            "false" => Outcome::Failure,
            "exit" => self.exit(&argv),
            "return" => Outcome::Returns,
            "export" | "readonly" | "local" | "declare" | "typeset" => {
                self.declare(&argv[1..]);
                Outcome::Success
            }
            "unset" => {
                for name in argv[1..].iter().filter_map(|field| field.text.as_deref()) {
                    self.variables.set(name, Value::Unset);
                }
                Outcome::Success
            }
            "read" | "mapfile" | "getopts" => {
                for name in argv[1..].iter().filter_map(|field| field.text.as_deref()) {
                    self.variables.set(name, Value::Unknown);
                }
                Outcome::Open
            }
            "set" => {
                if let Some(at) = argv.iter().position(|field| field.is("--")) {
                    self.variables.arguments = argv[at + 1..].to_vec();
                }
                Outcome::Success
            }
            "shift" => {
                self.shift(&argv[1..]);
                Outcome::Success
            }
            "cd" | "pushd" => {
                self.change_directory(&argv[1..]);
                Outcome::Open
            }
            "exec" if argv.len() == 1 => Outcome::Success,
            "exec" => self.replace(argv, simple),
            _ => self.reach(argv, simple),
        }
    }

    fn call(&mut self, body: &'s super::super::syntax::Command, argv: Vec<Field>) -> Outcome {
        if self.depth >= DEEPEST || *self.budget == 0 {
            self.execution.truncated = true;
            return Outcome::Open;
        }
        let arguments = argv.into_iter().skip(1).collect();
        let arguments = std::mem::replace(&mut self.variables.arguments, arguments);
        self.depth += 1;
        let outcome = self.command(body);
        self.depth -= 1;
        self.variables.arguments = arguments;
        if outcome == Outcome::Returns { Outcome::Open } else { outcome }
    }

    /// `exit` ends the script with what ran before it.
    fn exit(&mut self, argv: &[Field]) -> Outcome {
        if !self.circumstance.aside {
            // After a failure is told, there is nothing that the script was for.
            let fails = argv.get(1).is_some_and(|status| {
                status.text.as_deref().is_some_and(|text| text.parse::<u8>().is_ok_and(|status| status != 0))
            });
            if !fails {
                let endings = self.last.iter().map(|&command| Ending { command, replaces: false });
                self.execution.endings.extend(endings);
            }
        }
        Outcome::Ends
    }

    fn declare(&mut self, arguments: &[Field]) {
        for field in arguments {
            let Some((name, value)) = field.text.as_deref().and_then(|text| text.split_once('=')) else {
                continue;
            };
            self.variables.touch(name, field.span.end);
            self.variables.set(name, Value::Known(value.to_owned()));
        }
    }

    fn shift(&mut self, arguments: &[Field]) {
        let count = match arguments {
            [] => Some(1),
            [count, ..] => count.text.as_deref().and_then(|text| text.parse().ok()),
        };
        let held = &mut self.variables.arguments;
        let elastic = held.iter().any(|field| field.elastic);
        match count {
            Some(count) if !elastic && count <= held.len() => drop(held.drain(..count)),
            Some(_) if !elastic => {}
            _ => held.iter_mut().for_each(|field| (field.text, field.elastic) = (None, true)),
        }
    }

    fn change_directory(&mut self, arguments: &[Field]) {
        let target = arguments.iter().find(|field| !field.is("--"));
        let target = target.and_then(|field| field.text.as_deref()).filter(|path| *path != "-");
        let there = match (target, &self.directory) {
            (Some(path), _) if path.starts_with('/') => Some(path.to_owned()),
            (Some(path), Some(here)) => Some(format!("{}/{path}", here.trim_end_matches('/'))),
            _ => None,
        };
        self.directory = there.filter(|path| path.len() <= LONGEST_PATH).map(Arc::from);
    }

    /// A command that the script waits for.
    fn reach(&mut self, argv: Vec<Field>, simple: &'s Simple) -> Outcome {
        if let Some(outcome) = self.nested(&argv, simple, false) {
            return outcome;
        }
        self.note(argv, simple);
        Outcome::Open
    }

    /// A command that takes the place of the script.
    pub(super) fn replace(&mut self, argv: Vec<Field>, simple: &'s Simple) -> Outcome {
        if self.nested(&argv, simple, true).is_some() {
            return Outcome::Ends;
        }
        let command = self.note(argv, simple);
        if !self.circumstance.aside {
            self.execution.endings.push(Ending { command, replaces: true });
        }
        Outcome::Ends
    }

    /// Writes a command down.
    fn note(&mut self, argv: Vec<Field>, simple: &'s Simple) -> usize {
        let writes = simple.redirects.iter().filter_map(|redirect| self.written(redirect)).collect();
        let reads =
            argv.first().filter(|name| name.is("cat") || name.is("tee")).and_then(|_| self.read(simple));
        let index = self.execution.commands.len();
        self.execution.commands.push(Executed {
            argv,
            file: None,
            span: simple.span,
            conditional: self.circumstance.conditional,
            skipped: self.circumstance.skipped,
            background: self.circumstance.background,
            directory: self.directory.clone(),
            writes,
            reads,
        });
        self.last.clear();
        self.last.push(index);
        index
    }

    /// The here-document that a command reads, if nothing is to be expanded in it.
    fn read(&self, simple: &'s Simple) -> Option<Mapped> {
        let mut documents = simple.redirects.iter().filter_map(|redirect| redirect.document);
        let document = &self.script.documents[documents.next_back()?];
        let is_plain = !document.expands || !document.body.text().contains(['$', '`', '\\']);
        is_plain.then(|| document.body.clone())
    }

    fn written(&mut self, redirect: &'s Redirect) -> Option<(RedirectKind, String)> {
        if !matches!(redirect.kind, RedirectKind::Output | RedirectKind::Append) {
            return None;
        }
        match self.variables.value(&redirect.target) {
            Value::Known(path) => Some((redirect.kind, path)),
            Value::OneOf(_) | Value::Unset | Value::Unknown => None,
        }
    }
}
