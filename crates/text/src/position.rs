//! Places as an editor shows them.

use std::fmt;

/// A place in a file as an editor shows it: line and column, both from 1.
///
/// Columns count characters, not bytes; a byte order mark at the front of the file is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1; lines end by `\n` or `\r\n`.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
