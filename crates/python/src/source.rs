use crate::encoding::{BYTE_ORDER_MARK, Encoding, Undecodable};
use crate::position::{LineIndex, Position};

/// The longest file that is read: offsets are 32 bits wide, and a rewrite makes the text longer.
const LONGEST: usize = 1 << 30;

/// A Python file that cannot be understood, with the place where it stops being Python.
///
/// Prints as `path:line:column: what is wrong`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`:{position}: {kind}")]
pub struct SourceError {
    /// The name under which the file was parsed.
    pub path: String,
    /// Where the fault is.
    pub position: Position,
    /// What the fault is.
    pub kind: SourceErrorKind,
}

/// What is wrong with a Python file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// The encoding cookie (PEP 263) names an encoding other than UTF-8, ASCII and Latin-1.
    #[error("the encoding `{name}` is not supported: save the file as UTF-8")]
    UnsupportedEncoding {
        /// The name in the cookie.
        name: String,
    },
    /// A byte order mark says UTF-8 and the encoding cookie says something else; Python refuses that too.
    #[error("the encoding cookie says `{name}`, the byte order mark says `utf-8`")]
    ContradictoryEncoding {
        /// The name in the cookie.
        name: String,
    },
    /// A byte that the declared encoding does not know.
    #[error("byte 0x{byte:02x} is not {encoding}: save the file as UTF-8 or declare its encoding")]
    Undecodable {
        /// The first offending byte.
        byte: u8,
        /// The encoding that the file declares, or `utf-8`.
        encoding: &'static str,
    },
    /// Not Python's grammar.
    #[error("{message}")]
    Syntax {
        /// The parser's own words.
        message: String,
    },
    /// Nested more deeply than Python's own compiler follows.
    #[error("the code is nested too deeply")]
    TooDeep,
    /// More than a gibibyte.
    #[error("the file is larger than 1 GiB")]
    TooLarge,
}

/// The text of a file, with what is needed to write it back byte for byte and to name places in it.
#[derive(Debug)]
pub(crate) struct Source {
    path: String,
    encoding: Encoding,
    text: String,
    lines: LineIndex,
}

impl Source {
    /// Decodes a file as Python does: byte order mark, cookie, UTF-8 otherwise.
    pub(crate) fn decode(path: &str, bytes: Vec<u8>) -> Result<Self, SourceError> {
        let first = Position { line: 1, column: 1 };
        let refuse = |position, kind| SourceError { path: path.to_owned(), position, kind };
        if bytes.len() > LONGEST {
            return Err(refuse(first, SourceErrorKind::TooLarge));
        }
        // decoding consumes the bytes, a refusal is to show one of them
        let undecodable = |why, bytes: &[u8]| {
            let (position, kind) = explain(why, bytes);
            refuse(position, kind)
        };
        let encoding = Encoding::declared(&bytes).map_err(|why| undecodable(why, &bytes))?;
        if let Some(offset) = encoding.undecodable(&bytes) {
            return Err(undecodable(Undecodable::Byte { offset, encoding }, &bytes));
        }
        let text = encoding.decode(bytes);
        let lines = LineIndex::new(&text);
        Ok(Self { path: path.to_owned(), encoding, text, lines })
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// A stretch of the text between two offsets that the parser gave.
    pub(crate) fn slice(&self, (start, end): (u32, u32)) -> &str {
        &self.text[start as usize..end as usize]
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.text, offset)
    }

    pub(crate) fn error(&self, offset: u32, kind: SourceErrorKind) -> SourceError {
        SourceError { path: self.path.clone(), position: self.position(offset), kind }
    }

    /// The file's bytes.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.encoding.encode(self.text)
    }

    /// The same file with ASCII inserted at ascending offsets of the text.
    pub(crate) fn with_insertions(&self, insertions: &[(u32, String)]) -> Self {
        let added: usize = insertions.iter().map(|(_, inserted)| inserted.len()).sum();
        let mut text = String::with_capacity(self.text.len() + added);
        let mut copied = 0;
        for (offset, inserted) in insertions {
            debug_assert!(inserted.is_ascii(), "every encoding can write it");
            let offset = *offset as usize;
            text.push_str(&self.text[copied..offset]);
            text.push_str(inserted);
            copied = offset;
        }
        text.push_str(&self.text[copied..]);
        let lines = LineIndex::new(&text);
        Self { path: self.path.clone(), encoding: self.encoding, text, lines }
    }
}

/// The place and the words for bytes that are no text.
fn explain(why: Undecodable, bytes: &[u8]) -> (Position, SourceErrorKind) {
    let at_line = |line| Position { line, column: 1 };
    match why {
        Undecodable::Unsupported { name, line } => {
            (at_line(line), SourceErrorKind::UnsupportedEncoding { name })
        }
        Undecodable::Contradiction { name, line } => {
            (at_line(line), SourceErrorKind::ContradictoryEncoding { name })
        }
        Undecodable::Byte { offset, encoding } => {
            // what precedes the byte is text in that encoding; a lossy reading keeps its lines and columns
            let before = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
            let before = &before[..offset - (bytes.len() - before.len())];
            let text = String::from_utf8_lossy(before);
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let position = LineIndex::new(&text).position(&text, end);
            (position, SourceErrorKind::Undecodable { byte: bytes[offset], encoding: encoding.name() })
        }
    }
}
