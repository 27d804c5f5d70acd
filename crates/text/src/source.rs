//! A file's text and its lines.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{BYTE_ORDER_MARK, Position, Span};

/// A file's text, by the path under which messages name it. Cloning is cheap.
#[derive(Clone)]
pub struct Source {
    file: Arc<File>,
}

struct File {
    path: String,
    text: String,
    /// Where each line starts, found when the first position is asked for: most files have nothing to tell.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// `text` as the file at `path` holds it; the path is only a name.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let file = File { path: path.into(), text: text.into(), lines: OnceLock::new() };
        Self { file: Arc::new(file) }
    }

    /// The path under which messages name the file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// What the file holds, a byte order mark included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// The text of a stretch; empty where the span is of another text and does not fit this one.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.range()).unwrap_or_default()
    }

    /// Where a byte offset lies; the end of the text for what lies behind it.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = boundary(self.text(), offset);
        let starts = self.starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let before = self.slice(Span::new(starts[line - 1], offset));
        let before = if line == 1 { without_mark(before) } else { before };
        Position { line, column: before.chars().count() + 1 }
    }

    /// How many lines there are: one more than there are line ends.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts().len()
    }

    /// The stretch of a line, counted from 1, without its line end; none where the file has fewer lines.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let starts = self.starts();
        let start = *starts.get(line.checked_sub(1)?)?;
        let end = starts.get(line).copied().unwrap_or(self.text().len());
        let line = self.slice(Span::new(start, end));
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(Span::new(start, start + line.strip_suffix('\r').unwrap_or(line).len()))
    }

    /// The text of a line, counted from 1, without its line end; none where the file has fewer lines.
    #[must_use]
    pub fn line(&self, line: usize) -> Option<&str> {
        self.line_span(line).map(|span| self.slice(span))
    }

    fn starts(&self) -> &[usize] {
        self.file.lines.get_or_init(|| {
            let ends = self.text().bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
        })
    }
}

/// The last character boundary up to `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let from = offset.min(text.len());
    (0..=from).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path()).finish_non_exhaustive()
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path() && self.text() == other.text()
    }
}

impl Eq for Source {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_neither_a_byte_order_mark_nor_line_ends() {
        let text = "\u{feff}ab\r\né-x\ny";
        let source = Source::new("a", text);
        let at = |needle: &str| source.position(text.find(needle).unwrap()).to_string();
        assert_eq!(at("a"), "1:1");
        assert_eq!(at("b"), "1:2");
        assert_eq!(at("-"), "2:2");
        assert_eq!(at("y"), "3:1");
        assert_eq!(source.position(0).to_string(), "1:1");
        assert_eq!(source.position(999).to_string(), "3:2", "behind the end is the end");
    }

    #[test]
    fn a_line_is_told_without_its_end() {
        let source = Source::new("a", "one\r\ntwo\n\nlast");
        let lines: Vec<_> = (0..=5).map(|line| source.line(line)).collect();
        assert_eq!(lines, [None, Some("one"), Some("two"), Some(""), Some("last"), None]);
        assert_eq!(source.line_count(), 4);
    }

    #[test]
    fn an_empty_text_has_a_first_line() {
        let source = Source::new("a", "");
        assert_eq!(source.line(1), Some(""));
        assert_eq!(source.position(0).to_string(), "1:1");
    }

    #[test]
    fn a_span_of_another_text_slices_to_nothing() {
        let source = Source::new("a", "é");
        assert_eq!(source.slice(Span::new(0, 2)), "é");
        assert_eq!(source.slice(Span::new(1, 2)), "", "inside a character");
        assert_eq!(source.slice(Span::new(0, 9)), "", "behind the end");
    }
}
