//! The text of a file with places in it: spans, lines, positions, and minimal edits.
//!
//! A [`Source`] is what a file holds, unchanged: a byte order mark and `\r\n` stay, so that a [`Span`] of the text
//! is a span of the file, and [`apply`] leaves alone what it was not told to change. Pure; nothing here reads disk.

mod decode;
mod edit;
mod position;
mod source;
mod span;

pub use decode::{DecodeError, Encoding, decode};
pub use edit::{Edit, EditError, apply};
pub use position::Position;
pub use source::Source;
pub use span::Span;

/// The byte order mark, which editors of old put in front of UTF-8; it is no part of what a file says.
pub const BYTE_ORDER_MARK: char = '\u{feff}';
