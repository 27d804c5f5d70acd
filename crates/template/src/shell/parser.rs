//! From text to commands: the state that reading keeps, and what every reader of it shares.

use std::fmt;
use std::ops::Range;

use text::Span;

use super::document::Pending;
use super::syntax::{Document, List};
use crate::mapped::Mapped;

/// How deep commands may lie within each other; real scripts stay far below.
const DEEPEST: usize = 48;

/// Shell text, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The commands.
    pub commands: List,
    /// The here-documents that commands read.
    pub documents: Vec<Document>,
    /// Every variable that is expanded, in order: not those in single quotes, behind a backslash or in a comment.
    pub expansions: Vec<Expansion>,
    /// What made no sense.
    pub problems: Vec<Problem>,
}

impl Script {
    /// The first place where a variable is expanded.
    #[must_use]
    pub fn expansion(&self, name: &str) -> Option<Span> {
        self.expansions.iter().find(|expansion| expansion.name == name).map(|expansion| expansion.span)
    }
}

/// A variable, expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// The variable.
    pub name: String,
    /// The place.
    pub span: Span,
}

/// A place that a shell would stumble over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place.
    pub span: Span,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with shell text. Printed, it is the message for that place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// Something that is opened and never closed.
    Unclosed(&'static str),
    /// Something that closes or continues what was never opened.
    Unexpected,
    /// Commands that lie too deep within each other to be followed; what comes after them is not read.
    TooDeep,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed(what) => write!(f, "`{what}` has no end"),
            Self::Unexpected => f.write_str("this belongs to nothing before it"),
            Self::TooDeep => f.write_str("commands lie too deep within each other to be followed"),
        }
    }
}

/// Reads shell text.
///
/// Any text is read, in time linear in its length.
#[must_use]
pub fn parse(source: &Mapped) -> Script {
    let (commands, mut script) = parse_within(source, 0, Script::default());
    script.commands = commands;
    script
}

/// Reads text that stands within other text, adding to what was noted there: here-documents are counted through.
pub(super) fn parse_within(source: &Mapped, depth: usize, noted: Script) -> (List, Script) {
    let mut parser = Parser { script: noted, ..Parser::new(source, depth) };
    let mut commands = parser.list();
    while !parser.at_end() {
        // What closes nothing: the rest is read as if it were not there.
        let start = parser.at;
        parser.skip_stray();
        parser.problem(start, ProblemKind::Unexpected);
        parser.skip_blanks();
        parser.take(";");
        commands.chains.append(&mut parser.list().chains);
    }
    parser.finish_documents();
    (commands, parser.script)
}

pub(super) struct Parser<'a> {
    pub(super) source: &'a Mapped,
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    pub(super) pending: Vec<Pending>,
    pub(super) script: Script,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: &'a Mapped, depth: usize) -> Self {
        let (pending, script) = Default::default();
        Self { source, text: source.text(), at: 0, depth, pending, script }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The byte `ahead` bytes from here: enough to tell the shell's own characters apart.
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes `text` if it comes next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let comes = self.rest().starts_with(text);
        if comes {
            self.at += text.len();
        }
        comes
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        self.source.span_of(start..self.at)
    }

    pub(super) fn problem(&mut self, start: usize, kind: ProblemKind) {
        // What is never closed goes on to the end: where it opens is what there is to mend.
        let end = match kind {
            ProblemKind::Unclosed(opener) => self.at.min(start + opener.len()),
            ProblemKind::Unexpected | ProblemKind::TooDeep => self.at,
        };
        self.problem_at(start..end, kind);
    }

    pub(super) fn problem_at(&mut self, range: Range<usize>, kind: ProblemKind) {
        self.script.problems.push(Problem { span: self.source.span_of(range), kind });
    }

    pub(super) fn expands(&mut self, name: &str, span: Span) {
        self.script.expansions.push(Expansion { name: name.to_owned(), span });
    }

    /// Reads something that may hold others of its kind; nothing where that goes too deep.
    pub(super) fn within<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEEPEST {
            let start = self.at;
            self.at = self.text.len();
            // One is enough: nothing is read after it.
            if self.script.problems.last().is_none_or(|problem| problem.kind != ProblemKind::TooDeep) {
                self.problem(start, ProblemKind::TooDeep);
            }
            return T::default();
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Skips blanks, joined lines and a comment; not the end of the line.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.byte(0) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.byte(1) == Some(b'\n') => self.at += 2,
                Some(b'\\') if self.rest().starts_with("\\\r\n") => self.at += 3,
                Some(b'#') => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and ends of lines, after which here-documents are read.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.line_end() {
                return;
            }
        }
    }

    /// Takes the end of a line, and the here-documents that follow it.
    pub(super) fn line_end(&mut self) -> bool {
        let ends = self.take("\n");
        if ends {
            self.read_documents();
        }
        ends
    }

    /// Skips one thing that cannot stand here.
    fn skip_stray(&mut self) {
        if !(self.take(";;") || self.take(";&")) {
            let word =
                self.rest().len() - self.rest().trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            self.at += word.max(self.peek().map_or(0, char::len_utf8));
        }
    }
}
