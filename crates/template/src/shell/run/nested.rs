//! Shells within shells: `sh -c '…'`, `bash <<EOF`, `su -c '…'`.

use super::super::options::Options;
use super::super::parser::parse;
use super::super::program::{Program, program};
use super::super::syntax::{RedirectKind, Simple};
use super::super::value::{Field, Value};
use super::{DEEPEST, Ending, Outcome, Runner, Start, run_within};
use crate::mapped::Mapped;

const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "ksh", "zsh"];

impl<'s> Runner<'s, '_> {
    /// Follows the text that a command gives to a shell; none where it gives no text.
    pub(super) fn nested(&mut self, argv: &[Field], simple: &'s Simple, replaces: bool) -> Option<Outcome> {
        let (text, arguments) = self.text_for_shell(&program(argv), simple)?;
        // A variable may give the same text to many shells: each reading of it costs.
        let cost = 1 + text.text().len() / 64;
        if self.depth >= DEEPEST || *self.budget < cost {
            self.execution.truncated = true;
            return None;
        }
        *self.budget -= cost;
        let mut script = parse(&text);
        self.execution.expansions.append(&mut script.expansions);
        let variables = |name: &str| self.variables.get(name);
        let start = Start { variables: &variables, name: None, arguments, directory: self.directory.clone() };
        let nested = run_within(&script, start, self.depth + 1, self.budget);
        let offset = self.execution.commands.len();
        self.execution.truncated |= nested.truncated;
        self.execution.expansions.extend(nested.expansions);
        for (name, at) in nested.assigned {
            self.execution.assigned.entry(name).or_insert(at);
        }
        let circumstance = self.circumstance;
        self.execution.commands.extend(nested.commands.into_iter().map(|mut command| {
            command.conditional |= circumstance.conditional;
            command.skipped |= circumstance.skipped;
            command.background |= circumstance.background;
            command
        }));
        self.last = nested.endings.iter().map(|ending| ending.command + offset).collect();
        self.forget_old_last();
        if replaces && !circumstance.aside {
            let endings = nested.endings.into_iter();
            self.execution
                .endings
                .extend(endings.map(|ending| Ending { command: ending.command + offset, ..ending }));
        }
        Some(Outcome::Open)
    }

    fn text_for_shell(&mut self, program: &Program, simple: &'s Simple) -> Option<(Mapped, Vec<Field>)> {
        let name = program.name()?;
        if matches!(name, "su" | "runuser") {
            const SU: Options = Options {
                valued: "csgGwTCu",
                long_valued: &["command", "session-command", "shell", "group", "supp-group"],
                mixed: true,
            };
            let given = SU.read(&program.argv[1..]);
            let text = given.value(&["c", "command", "session-command"]).and_then(mapped)?;
            return Some((text, Vec::new()));
        }
        if name == "eval" {
            return Some((program.argv.get(1).and_then(mapped)?, Vec::new()));
        }
        if !SHELLS.contains(&name) {
            return None;
        }
        let (command, operands) = shell_operands(&program.argv[1..]);
        let mut operands = operands.into_iter();
        if command {
            let text = operands.next().as_ref().and_then(mapped)?;
            // What follows the text is `$0`, and then the arguments.
            return Some((text, operands.skip(1).collect()));
        }
        if operands.next().is_some() {
            return None;
        }
        let read = simple.redirects.iter().rev().find_map(|redirect| match redirect.kind {
            RedirectKind::Document => {
                redirect.document.map(|index| self.script.documents[index].body.clone())
            }
            RedirectKind::Text => match self.variables.value(&redirect.target) {
                Value::Known(text) => {
                    let mut read = Mapped::default();
                    read.push(&text, redirect.target.span);
                    Some(read)
                }
                Value::OneOf(_) | Value::Unset | Value::Unknown => None,
            },
            _ => None,
        });
        Some((read?, Vec::new()))
    }
}

/// Whether `-c` is among a shell's options, and what comes after the options.
fn shell_operands(arguments: &[Field]) -> (bool, Vec<Field>) {
    let mut command = false;
    let mut rest = arguments.iter();
    while let Some(field) = rest.next() {
        match field.text.as_deref() {
            Some("--" | "-") => break,
            Some(text) if text.starts_with("--") => {}
            Some(text) if text.len() > 1 && text.starts_with(['-', '+']) => {
                command |= text.contains('c') && text.starts_with('-');
                if text.contains('o') {
                    rest.next();
                }
            }
            _ => return (command, std::iter::once(field).chain(rest).cloned().collect()),
        }
    }
    (command, rest.cloned().collect())
}

fn mapped(field: &Field) -> Option<Mapped> {
    let mut text = Mapped::default();
    text.push(field.text.as_deref()?, field.inner.unwrap_or(field.span));
    Some(text)
}
