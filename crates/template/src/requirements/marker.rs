//! Environment markers, judged for the image: `CPython` of one minor version on Linux.
//!
//! <https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>

mod compare;

use text::Span;

use super::cursor::Cursor;
use compare::{Operand, compare};

/// As many brackets within each other as are followed.
const DEEPEST: usize = 64;

/// A condition under which a requirement counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it holds in the image.
    pub holds: Truth,
}

/// The Python that markers are judged for, by its minor version: `3.11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interpreter {
    /// `3`
    pub major: u8,
    /// `11`
    pub minor: u8,
}

impl Default for Interpreter {
    /// The one of the first contract.
    fn default() -> Self {
        Self { major: 3, minor: 11 }
    }
}

impl std::fmt::Display for Interpreter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Whether a condition holds on `CPython` of one minor version on Linux, whatever the processor and the patch release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// On none.
    Never,
    /// It depends on the processor, the kernel or the patch release.
    Sometimes,
    /// On all.
    Always,
}

impl Truth {
    fn of(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }
}

/// Judges a condition.
///
/// # Errors
/// What is wrong with it and at which byte, if it is none.
pub(super) fn judge(text: &str, python: Interpreter) -> Result<Truth, (String, usize)> {
    let mut cursor = Cursor::new(text);
    let truth = any(&mut cursor, 0, python)?;
    cursor.space();
    if cursor.is_done() {
        Ok(truth)
    } else {
        Err((format!("expected `and`, `or` or the end of the marker, found {}", cursor.found()), cursor.at))
    }
}

type Judged = Result<Truth, (String, usize)>;

fn any(cursor: &mut Cursor<'_>, depth: usize, python: Interpreter) -> Judged {
    let mut truth = all(cursor, depth, python)?;
    while keyword(cursor, "or") {
        truth = truth.max(all(cursor, depth, python)?);
    }
    Ok(truth)
}

fn all(cursor: &mut Cursor<'_>, depth: usize, python: Interpreter) -> Judged {
    let mut truth = one(cursor, depth, python)?;
    while keyword(cursor, "and") {
        truth = truth.min(one(cursor, depth, python)?);
    }
    Ok(truth)
}

fn one(cursor: &mut Cursor<'_>, depth: usize, python: Interpreter) -> Judged {
    cursor.space();
    if depth == DEEPEST {
        return Err(("the marker is nested too deeply".to_owned(), cursor.at));
    }
    if cursor.take("(") {
        let truth = any(cursor, depth + 1, python)?;
        cursor.space();
        if cursor.take(")") {
            return Ok(truth);
        }
        return Err((format!("expected `)`, found {}", cursor.found()), cursor.at));
    }
    let left = operand(cursor)?;
    cursor.space();
    let at = cursor.at;
    let operator = operator(cursor)?;
    let right = operand(cursor)?;
    compare(&left, operator, &right, python).map_err(|why| (why, at))
}

/// Passes over `and` or `or`.
fn keyword(cursor: &mut Cursor<'_>, word: &str) -> bool {
    let mut ahead = *cursor;
    ahead.space();
    let is_next = ahead.take_while(|c| c.is_ascii_alphanumeric() || c == '_') == word;
    if is_next {
        *cursor = ahead;
    }
    is_next
}

fn operand<'text>(cursor: &mut Cursor<'text>) -> Result<Operand<'text>, (String, usize)> {
    cursor.space();
    let at = cursor.at;
    for quote in ["'", "\""] {
        if cursor.take(quote) {
            let value = cursor.take_while(|c| !quote.contains(c));
            let closed = cursor.take(quote);
            return if closed {
                Ok(Operand::Value(value))
            } else {
                Err(("a quote is not closed".to_owned(), at))
            };
        }
    }
    let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    match Operand::variable(name) {
        Some(variable) => Ok(variable),
        None if name.is_empty() => {
            Err((format!("expected a variable or a quoted string, found {}", cursor.found()), at))
        }
        None => Err((format!("markers have no variable `{name}`"), at)),
    }
}

fn operator(cursor: &mut Cursor<'_>) -> Result<&'static str, (String, usize)> {
    const SIGNS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
    if let Some(sign) = SIGNS.iter().find(|sign| cursor.rest().starts_with(**sign)) {
        cursor.at += sign.len();
        return Ok(sign);
    }
    if keyword(cursor, "in") {
        return Ok("in");
    }
    let at = cursor.at;
    if keyword(cursor, "not") && keyword(cursor, "in") {
        return Ok("not in");
    }
    cursor.at = at;
    Err((format!("expected an operator such as `==`, `<`, `in`, found {}", cursor.found()), at))
}
