//! Characters that one of the two YAMLs does not take as the other does, before any parsing.

use text::Span;

use super::{YamlError, YamlErrorKind};

/// Refuses what no YAML reader takes, and what would end a line for some readers alone.
///
/// The allowed set is YAML 1.1's `c-printable`, <https://yaml.org/spec/1.1/#c-printable>.
pub(super) fn check(text: &str) -> Result<(), YamlError> {
    for (at, character) in text.char_indices() {
        let kind = match character {
            '\t' | '\n' | '\r' | ' '..='~' => continue,
            '\u{85}' | '\u{2028}' | '\u{2029}' => YamlErrorKind::LineEnd(character),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                YamlErrorKind::Unprintable(character)
            }
            _ => continue,
        };
        return Err(YamlError::new(Span::new(at, at + character.len_utf8()), kind));
    }
    Ok(())
}

/// Turns the parser's places, which count characters, into offsets of bytes.
pub(super) struct Offsets {
    length: usize,
    /// The offset of each character; nothing where each is one byte long.
    starts: Vec<usize>,
}

impl Offsets {
    pub(super) fn of(text: &str) -> Self {
        let starts =
            if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() };
        Self { length: text.len(), starts }
    }

    pub(super) fn offset(&self, character: usize) -> usize {
        if self.starts.is_empty() {
            character.min(self.length)
        } else {
            self.starts.get(character).copied().unwrap_or(self.length)
        }
    }
}

/// Tabs outside of quotes, block scalars and comments: white space to YAML 1.2, and the end of the reading to `PyYAML`.
pub(super) struct Tabs<'text> {
    text: &'text str,
    /// Up to where the text has been looked through.
    seen: usize,
    found: Vec<Span>,
}

impl<'text> Tabs<'text> {
    pub(super) fn of(text: &'text str) -> Self {
        Self { text, seen: 0, found: Vec::new() }
    }

    /// Takes note of a stretch in which tabs are content; stretches come in the order of the text.
    pub(super) fn allow(&mut self, content: Span) {
        self.look(content.start);
        self.seen = self.seen.max(content.end);
    }

    pub(super) fn found(mut self) -> Vec<Span> {
        self.look(self.text.len());
        self.found
    }

    fn look(&mut self, end: usize) {
        let gap = self.text.get(self.seen..end).unwrap_or_default();
        if gap.contains('\t') {
            let mut comment = false;
            let mut before = '\n';
            for (at, character) in gap.char_indices() {
                match character {
                    '\n' | '\r' => comment = false,
                    '#' if matches!(before, ' ' | '\t' | '\n' | '\r') => comment = true,
                    '\t' if !comment => self.found.push(Span::new(self.seen + at, self.seen + at + 1)),
                    _ => {}
                }
                before = character;
            }
        }
        self.seen = self.seen.max(end);
    }
}
