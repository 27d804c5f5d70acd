//! What the targets share: inputs that stand for several files, and places that must lie inside of them.

use text::{Position, Source, Span};

/// What parts the files of an input: a form feed, which no file of a template has and every editor writes.
const BETWEEN: char = '\u{c}';

/// The files that an input stands for, in the order in which the target names them; none when it is no text.
#[must_use]
pub fn files(input: &[u8]) -> Option<Vec<&str>> {
    std::str::from_utf8(input).ok().map(|text| text.split(BETWEEN).collect())
}

/// Holds that a place can be shown: it lies inside of the text and between characters.
///
/// # Panics
/// When it does not.
pub fn shown(text: &str, span: Span) {
    assert!(span.start <= span.end, "{span:?} ends before it begins");
    assert!(text.get(span.range()).is_some(), "{span:?} cannot be cut out of a text of {} bytes", text.len());
}

/// The same of a file that knows its lines.
///
/// # Panics
/// When a place is outside, or its end comes before its beginning in lines and columns.
pub fn located(source: &Source, span: Span) {
    shown(source.text(), span);
    let [start, end]: [Position; 2] = [span.start, span.end].map(|offset| source.position(offset));
    assert!((start.line, start.column) <= (end.line, end.column), "{span:?} of `{}`", source.path());
}
