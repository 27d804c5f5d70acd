//! Parser directives: the comments at the very top that change how the rest is read.

use std::collections::BTreeSet;

use text::Span;

use super::problem::{Problem, ProblemKind};

/// A parser directive: <https://docs.docker.com/reference/dockerfile/#parser-directives>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Which.
    pub name: DirectiveName,
    /// What follows the equals sign.
    pub value: String,
    /// The value's place.
    pub value_span: Span,
    /// The comment.
    pub span: Span,
}

/// The parser directives that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectiveName {
    /// `# syntax=`: the frontend that builds the file.
    Syntax,
    /// `# escape=`: the character that escapes and continues lines.
    Escape,
    /// `# check=`: how build checks are judged.
    Check,
}

/// Takes directives off the top of a file, until a line is none.
#[derive(Default)]
pub(super) struct Directives {
    seen: BTreeSet<DirectiveName>,
    done: bool,
}

impl Directives {
    /// The directive in `line`, which stands at `start` and has no white space in front.
    pub(super) fn take(&mut self, line: &str, start: usize) -> Result<Option<Directive>, Problem> {
        if self.done {
            return Ok(None);
        }
        let Some(directive) = read(line, start) else {
            self.done = true;
            return Ok(None);
        };
        if !self.seen.insert(directive.name) {
            return Err(Problem::new(directive.span, ProblemKind::RepeatedDirective));
        }
        if directive.name == DirectiveName::Escape && !matches!(directive.value.as_str(), "\\" | "`") {
            return Err(Problem::new(directive.value_span, ProblemKind::EscapeCharacter));
        }
        Ok(Some(directive))
    }
}

fn read(line: &str, start: usize) -> Option<Directive> {
    let comment = line.strip_prefix('#')?.trim_start();
    let (name, value) = comment.split_once('=')?;
    let name = match name.trim_end_matches([' ', '\t', '\u{b}', '\u{c}', '\r']).to_ascii_lowercase().as_str()
    {
        "syntax" => DirectiveName::Syntax,
        "escape" => DirectiveName::Escape,
        "check" => DirectiveName::Check,
        _ => return None,
    };
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let at = start + (value.as_ptr() as usize - line.as_ptr() as usize);
    let value_span = Span::new(at, at + value.len());
    let span = Span::new(start, start + line.trim_end().len());
    Some(Directive { name, value: value.to_owned(), value_span, span })
}
