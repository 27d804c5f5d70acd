//! Reading words and their quotes.

use super::parser::{Parser, ProblemKind};
use super::word::{Part, Word};

/// What ends a word outside of quotes.
const fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

impl Parser<'_> {
    /// The word that begins here; none where something else does.
    pub(super) fn word(&mut self) -> Option<Word> {
        let start = self.at;
        let mut parts = Vec::new();
        self.word_parts(&mut parts, None);
        (self.at > start).then(|| Word { parts, span: self.span_from(start) })
    }

    /// Reads up to what ends a word, or up to `stop`, within which blanks are text.
    pub(super) fn word_parts(&mut self, parts: &mut Vec<Part>, stop: Option<u8>) {
        while let Some(byte) = self.byte(0) {
            let start = self.at;
            match byte {
                _ if stop == Some(byte) => return,
                b'<' | b'>' if self.byte(1) == Some(b'(') => {
                    self.at += 1;
                    self.command_substitution(parts, false);
                }
                _ if stop.is_none() && is_meta(byte) => return,
                b'\'' => self.single_quoted(parts),
                b'"' => {
                    self.at += 1;
                    if self.byte(0) == Some(b'"') {
                        // Even empty quotes make a word.
                        self.literal(parts, "", true, self.at..self.at);
                    }
                    self.double_quoted_text(Some(b'"'), parts);
                    if !self.take("\"") {
                        self.problem(start, ProblemKind::Unclosed("\""));
                    }
                }
                b'\\' => self.escaped(parts),
                b'$' => self.dollar(parts, false),
                b'`' => self.backquoted(parts, false),
                _ => {
                    let length =
                        self.rest().bytes().take_while(|byte| is_plain(*byte) && stop != Some(*byte)).count();
                    self.at += length.max(self.peek().map_or(1, char::len_utf8));
                    self.literal(parts, &self.text[start..self.at], false, start..self.at);
                }
            }
        }
    }

    /// Adds text that stands for itself; it grows the literal before it where both are quoted alike.
    pub(super) fn literal(
        &self,
        parts: &mut Vec<Part>,
        text: &str,
        quoted: bool,
        range: std::ops::Range<usize>,
    ) {
        let span = self.source.span_of(range);
        if let Some(Part::Literal { text: before, quoted: same, span: place }) = parts.last_mut()
            && *same == quoted
        {
            before.push_str(text);
            *place = if place.is_empty() { span } else { place.to(span) };
        } else {
            parts.push(Part::Literal { text: text.to_owned(), quoted, span });
        }
    }

    fn single_quoted(&mut self, parts: &mut Vec<Part>) {
        let start = self.at;
        self.at += 1;
        let length = self.rest().find('\'');
        if length.is_none() {
            self.problem(start, ProblemKind::Unclosed("'"));
        }
        let inner = self.at..self.at + length.unwrap_or(self.rest().len());
        self.at = (inner.end + 1).min(self.text.len());
        self.literal(parts, &self.text[inner.clone()], true, inner);
    }

    pub(super) fn escaped(&mut self, parts: &mut Vec<Part>) {
        let start = self.at;
        self.at += 1;
        if self.take("\n") || self.take("\r\n") {
            return;
        }
        let escaped = self.at;
        if self.next().is_none() {
            return self.literal(parts, "\\", false, start..self.at);
        }
        self.literal(parts, &self.text[escaped..self.at], true, escaped..self.at);
    }

    /// Text in double quotes, or of a here-document, up to `stop`.
    pub(super) fn double_quoted_text(&mut self, stop: Option<u8>, parts: &mut Vec<Part>) {
        while let Some(byte) = self.byte(0) {
            let start = self.at;
            match byte {
                _ if stop == Some(byte) => return,
                b'$' => self.dollar(parts, true),
                b'`' => self.backquoted(parts, true),
                b'\\' => {
                    self.at += 1;
                    if self.take("\n") || self.take("\r\n") {
                        continue;
                    }
                    let escapes = matches!(self.byte(0), Some(b'$' | b'`' | b'"' | b'\\'));
                    let from = if escapes { self.at } else { start };
                    self.at += usize::from(escapes);
                    self.literal(parts, &self.text[from..self.at], true, from..self.at);
                }
                _ => {
                    let plain = |byte: &u8| !matches!(byte, b'$' | b'`' | b'\\') && stop != Some(*byte);
                    self.at += self.rest().bytes().take_while(plain).count();
                    self.literal(parts, &self.text[start..self.at], true, start..self.at);
                }
            }
        }
    }
}

const fn is_plain(byte: u8) -> bool {
    !is_meta(byte) && !matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`')
}
