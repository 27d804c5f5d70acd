//! Reading simple commands: assignments, words and redirections.

use super::parser::{Parser, ProblemKind};
use super::syntax::{Assignment, Command, Redirect, RedirectKind, Simple};
use super::word::Word;

impl Parser<'_> {
    pub(super) fn simple_or_function(&mut self) -> Option<Command> {
        let start = self.at;
        let mut simple = Simple::default();
        loop {
            self.skip_blanks();
            let end = self.at;
            if self.redirect(&mut simple.redirects) {
                continue;
            }
            if simple.words.is_empty()
                && let Some(assignment) = self.assignment()
            {
                simple.assignments.push(assignment);
                continue;
            }
            let Some(word) = self.word() else {
                self.at = end;
                break;
            };
            simple.words.push(word);
            if let ([word], [], []) = (&*simple.words, &*simple.assignments, &*simple.redirects)
                && self.opens_function()
                && let Some(name) = word.plain()
            {
                let name = name.to_owned();
                return Some(self.function(name));
            }
        }
        let nothing = simple.words.is_empty() && simple.assignments.is_empty() && simple.redirects.is_empty();
        let read = self.text[start..self.at].trim_end().len();
        simple.span = self.source.span_of(start..start + read);
        (!nothing).then_some(Command::Simple(simple))
    }

    /// Takes `()`.
    fn opens_function(&mut self) -> bool {
        let start = self.at;
        self.skip_blanks();
        if self.take("(") {
            self.skip_blanks();
            if self.take(")") {
                return true;
            }
        }
        self.at = start;
        false
    }

    /// `name=value`, `name+=value` or `name=(…)`.
    fn assignment(&mut self) -> Option<Assignment> {
        let start = self.at;
        let name =
            self.rest().bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let operator = if self.rest()[name..].starts_with("+=") { "+=" } else { "=" };
        if name == 0 || self.byte(0)?.is_ascii_digit() || !self.rest()[name..].starts_with(operator) {
            return None;
        }
        let text = self.rest()[..name].to_owned();
        self.at += name + operator.len();
        let mut elements = None;
        let value = if self.take("(") {
            elements = Some(self.array(start)).filter(|_| operator == "=");
            None
        } else {
            let value =
                self.word().unwrap_or_else(|| Word { parts: Vec::new(), span: self.span_from(self.at) });
            (operator == "=").then_some(value)
        };
        Some(Assignment { name: text, value, elements, span: self.span_from(start) })
    }

    fn array(&mut self, start: usize) -> Vec<Word> {
        let mut elements = Vec::new();
        loop {
            self.skip_lines();
            if self.take(")") {
                return elements;
            }
            let Some(word) = self.word() else {
                self.problem(start, ProblemKind::Unclosed("("));
                return elements;
            };
            elements.push(word);
        }
    }

    pub(super) fn redirects(&mut self, redirects: &mut Vec<Redirect>) {
        loop {
            self.skip_blanks();
            if !self.redirect(redirects) {
                return;
            }
        }
    }

    /// `[number]operator word`
    fn redirect(&mut self, redirects: &mut Vec<Redirect>) -> bool {
        const OPERATORS: [(&str, RedirectKind); 12] = [
            ("&>>", RedirectKind::Append),
            ("&>", RedirectKind::Output),
            ("<<<", RedirectKind::Text),
            ("<<-", RedirectKind::Document),
            ("<<", RedirectKind::Document),
            ("<&", RedirectKind::Other),
            ("<>", RedirectKind::Other),
            ("<", RedirectKind::Input),
            (">>", RedirectKind::Append),
            (">|", RedirectKind::Output),
            (">&", RedirectKind::Other),
            (">", RedirectKind::Output),
        ];
        let start = self.at;
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let rest = &self.rest()[digits..];
        let found = OPERATORS.iter().find(|(operator, _)| rest.starts_with(operator));
        let Some((operator, kind)) = found.copied() else { return false };
        let substitution = matches!(rest.as_bytes().get(..2), Some(b"<(" | b">("));
        if substitution || (digits > 0 && operator.starts_with('&')) {
            return false;
        }
        self.at += digits + operator.len();
        self.skip_blanks();
        let target = self.word().unwrap_or_default();
        let document =
            (kind == RedirectKind::Document).then(|| self.open_document(&target, operator == "<<-", start));
        redirects.push(Redirect { kind, target, document });
        true
    }
}
