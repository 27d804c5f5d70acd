//! Text made of pieces of a file.

use std::borrow::Cow;
use std::ops::Range;

use text::Span;

/// Text made of pieces of a file, each of which knows where it came from.
///
/// What a shell or a JSON reader gets to see is not what the file holds: continuation lines are joined, escapes
/// resolved, tabs taken off. A place in such text still has a place in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    text: String,
    pieces: Vec<Piece>,
}

/// A piece of the text, from `at` up to the next piece. It stands for itself where it is as long as its source, and
/// as a whole otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    at: usize,
    source: Span,
}

impl Mapped {
    /// Text as it stands in the file from `start` on.
    #[must_use]
    pub fn verbatim(text: impl Into<String>, start: usize) -> Self {
        let text = text.into();
        let pieces = vec![Piece { at: 0, source: Span::new(start, start + text.len()) }];
        Self { text, pieces }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// From the first to the last of its places in the file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span_of(0..self.text.len())
    }

    /// Where a stretch of the text stands in the file: what a piece stands for as a whole is told as a whole.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let start = self.place(range.start, false);
        if range.end <= range.start {
            return Span::at(start);
        }
        Span::new(start, self.place(range.end, true))
    }

    /// The part of the text in `range`, which lies on character boundaries.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        let Some(text) = self.text.get(range.clone()) else { return part };
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        for (index, piece) in self.pieces.iter().enumerate().skip(first) {
            let end = self.end_of(index);
            let (from, to) = (piece.at.max(range.start), end.min(range.end));
            if from >= to && !(text.is_empty() && part.pieces.is_empty()) {
                break;
            }
            let verbatim = piece.source.len() == end - piece.at;
            let source = if verbatim {
                Span::new(piece.source.start + from - piece.at, piece.source.start + to.max(from) - piece.at)
            } else {
                piece.source
            };
            part.pieces.push(Piece { at: from - range.start, source });
        }
        text.clone_into(&mut part.text);
        part
    }

    /// Adds `text`, which stands for what is in `source`.
    pub(crate) fn push(&mut self, text: &str, source: Span) {
        if text.is_empty() && !self.pieces.is_empty() {
            return;
        }
        self.pieces.push(Piece { at: self.text.len(), source });
        self.text.push_str(text);
    }

    /// Adds `text` as it stands in the file from `start` on.
    pub(crate) fn push_verbatim(&mut self, text: &str, start: usize) {
        self.push(text, Span::new(start, start + text.len()));
    }

    /// Adds all of `other`.
    pub(crate) fn append(&mut self, other: &Self) {
        for (index, piece) in other.pieces.iter().enumerate() {
            self.push(&other.text[piece.at..other.end_of(index)], piece.source);
        }
    }

    /// Without white space at either end.
    pub(crate) fn trimmed(&self) -> Cow<'_, Self> {
        let range = trimmed(&self.text, 0..self.text.len());
        if range.len() == self.text.len() { Cow::Borrowed(self) } else { Cow::Owned(self.slice(range)) }
    }

    fn end_of(&self, piece: usize) -> usize {
        self.pieces.get(piece + 1).map_or(self.text.len(), |next| next.at)
    }

    /// The place in the file of the byte at `offset`, or after the byte before `offset`.
    fn place(&self, offset: usize, after: bool) -> usize {
        let before = |piece: &Piece| if after { piece.at < offset } else { piece.at <= offset };
        let Some(index) = self.pieces.partition_point(before).checked_sub(1) else {
            return self.pieces.first().map_or(0, |piece| piece.source.start);
        };
        let piece = self.pieces[index];
        let length = self.end_of(index) - piece.at;
        let into = offset - piece.at;
        if length == piece.source.len() || into == 0 {
            (piece.source.start + into).min(piece.source.end)
        } else if after || into >= length {
            piece.source.end
        } else {
            piece.source.start
        }
    }
}

/// `range` of `text` without white space at either end.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start().len();
    start..(range.start + part.trim_end().len()).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ab` from 10 on, `"` for the escape at 20, `cd` from 30 on.
    fn sample() -> Mapped {
        let mut mapped = Mapped::verbatim("ab", 10);
        mapped.push("\"", Span::new(20, 22));
        mapped.push_verbatim("cd", 30);
        mapped
    }

    #[test]
    fn a_stretch_leads_back_to_its_places_in_the_file() {
        let mapped = sample();
        assert_eq!(mapped.text(), "ab\"cd");
        assert_eq!(mapped.span(), Span::new(10, 32));
        assert_eq!(mapped.span_of(1..2), Span::new(11, 12));
        assert_eq!(mapped.span_of(2..3), Span::new(20, 22), "an escape is told as a whole");
        assert_eq!(mapped.span_of(3..4), Span::new(30, 31), "what begins a piece is of that piece");
        assert_eq!(mapped.span_of(5..5), Span::at(32));
    }

    #[test]
    fn a_slice_keeps_the_places_of_its_text() {
        let part = sample().slice(1..4);
        assert_eq!(part.text(), "b\"c");
        assert_eq!(part.span(), Span::new(11, 31));
        assert_eq!(part.span_of(1..2), Span::new(20, 22));
        let empty = sample().slice(4..4);
        assert_eq!((empty.text(), empty.span()), ("", Span::at(31)));
    }

    #[test]
    fn appended_text_keeps_its_places() {
        let mut mapped = Mapped::verbatim("x", 1);
        mapped.append(&sample());
        assert_eq!(mapped.text(), "xab\"cd");
        assert_eq!(mapped.span_of(4..6), Span::new(30, 32));
    }
}
