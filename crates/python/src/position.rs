use std::fmt;

use serde::Serialize;

/// A place in a source file as an editor shows it: line and column, both from 1.
///
/// Columns count characters, not bytes; a byte order mark is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The line, from 1; lines end as Python ends them: `\n`, `\r\n` or a lone `\r`.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// About how many bytes a line has, in files of short ones.
const SHORT_LINE: usize = 24;

/// Where each line of a text starts, for turning offsets into [`Position`]s without counting from the top.
#[derive(Debug, Default)]
pub(crate) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text of at most `u32::MAX` bytes.
    pub(crate) fn new(text: &str) -> Self {
        let mut starts = Vec::with_capacity(text.len() / SHORT_LINE + 1);
        starts.push(0);
        let start = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        if text.contains('\r') {
            let bytes = text.as_bytes();
            let ends = bytes
                .iter()
                .enumerate()
                .filter(|&(at, &byte)| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')));
            starts.extend(ends.map(|(at, _)| start(at + 1)));
        } else {
            // a search for one byte goes by words of the machine, and nearly every file is of this kind
            starts.extend(text.match_indices('\n').map(|(at, _)| start(at + 1)));
        }
        Self { starts }
    }

    /// The position of a byte offset of the text that was indexed.
    pub(crate) fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line.checked_sub(1).map_or(0, |before| self.starts[before]);
        let before = text.get(start as usize..offset as usize).unwrap_or_default();
        let characters = before.trim_start_matches('\u{feff}').chars().count();
        Position { line: count(line.max(1)), column: count(characters + 1) }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_of_python_ends_a_line_and_columns_count_characters() {
        let text = "\u{feff}ab\r\né\rx\ny";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let offset = u32::try_from(text.find(needle).unwrap()).unwrap();
            index.position(text, offset).to_string()
        };
        assert_eq!(at("a"), "1:1");
        assert_eq!(at("b"), "1:2");
        assert_eq!(at("é"), "2:1");
        assert_eq!(at("\rx"), "2:2");
        assert_eq!(at("x"), "3:1");
        assert_eq!(at("y"), "4:1");
    }

    #[test]
    fn a_text_without_carriage_returns_has_the_same_lines() {
        let text = "ab\n\né = 1\ny\n";
        let index = LineIndex::new(text);
        let at = |offset: usize| index.position(text, u32::try_from(offset).unwrap()).to_string();
        assert_eq!([at(0), at(2), at(3), at(4)], ["1:1", "1:3", "2:1", "3:1"]);
        assert_eq!(at(text.find('=').unwrap()), "3:3");
        assert_eq!(at(text.find('y').unwrap()), "4:1");
        assert_eq!(at(text.len()), "5:1");
    }

    #[test]
    fn an_empty_text_has_a_first_line() {
        assert_eq!(LineIndex::new("").position("", 0), Position { line: 1, column: 1 });
    }
}
