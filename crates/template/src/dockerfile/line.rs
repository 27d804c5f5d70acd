//! Physical lines, and the logical lines that they make up.

use text::{BYTE_ORDER_MARK, Span};

use crate::mapped::Mapped;

/// The longest line that `BuildKit` reads.
pub(super) const LONGEST: usize = 65_535;

/// A line of the file.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    /// Without its line end.
    pub(super) text: &'t str,
    /// With it.
    pub(super) whole: &'t str,
    /// Its offset in the file.
    pub(super) start: usize,
}

impl Line<'_> {
    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    pub(super) fn is_comment(self) -> bool {
        self.text.trim_start().starts_with('#')
    }

    pub(super) fn is_blank(self) -> bool {
        self.text.trim_start().is_empty()
    }
}

/// The lines of a file, in order.
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    /// The lines of `text`, a byte order mark left out.
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Self { text, at }
    }

    /// Where the next line starts.
    pub(super) fn offset(&self) -> usize {
        self.at
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let whole = rest.find('\n').map_or(rest, |end| &rest[..=end]);
        let line = Line { text: whole.trim_end_matches(['\r', '\n']), whole, start: self.at };
        self.at += whole.len();
        Some(line)
    }
}

/// What a line is to the next one.
pub(super) enum Continued<'t> {
    /// The line ends here.
    No(&'t str),
    /// The line goes on; here it is without what says so.
    Yes(&'t str),
}

/// Looks for the escape character at the end of a line. A doubled one escapes itself.
pub(super) fn continued(line: &str, escape: char) -> Continued<'_> {
    let Some(before) = line.trim_end_matches([' ', '\t']).strip_suffix(escape) else {
        return Continued::No(line);
    };
    if before.ends_with(escape) { Continued::No(line) } else { Continued::Yes(before) }
}

/// A logical line: an instruction with its continuations joined, comments between left out.
#[derive(Default)]
pub(super) struct Logical {
    pub(super) text: Mapped,
    /// Blank lines between continuations.
    pub(super) blank: Vec<Span>,
}

impl Logical {
    /// Joins `first`, whose text is given without white space in front, with the lines that continue it.
    pub(super) fn read(first: &str, start: usize, lines: &mut Lines, escape: char) -> Self {
        let mut logical = Self::default();
        let mut go_on = logical.take(first, start, escape);
        while go_on {
            let Some(line) = lines.next() else { break };
            if line.is_comment() {
                continue;
            }
            if line.is_blank() {
                logical.blank.push(line.span());
                continue;
            }
            go_on = logical.take(line.text, line.start, escape);
        }
        logical
    }

    fn take(&mut self, line: &str, start: usize, escape: char) -> bool {
        let (text, go_on) = match continued(line, escape) {
            Continued::No(text) => (text, false),
            Continued::Yes(text) => (text, true),
        };
        self.text.push_verbatim(text, start);
        go_on
    }
}
