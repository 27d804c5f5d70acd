//! UTF-16, which some shells write into files.

use std::borrow::Cow;

use text::{Encoding, Span};

/// Bytes to search: as they are, or of UTF-16 one byte for each unit.
pub(super) struct Narrowed<'bytes> {
    pub(super) bytes: Cow<'bytes, [u8]>,
    /// How many bytes of the file a byte stands for, and how many stand before the first.
    width: usize,
    mark: usize,
}

impl<'bytes> Narrowed<'bytes> {
    pub(super) fn of(bytes: &'bytes [u8]) -> Self {
        type Read = fn([u8; 2]) -> u16;
        let (read, mark): (Read, usize) = match Encoding::marked(bytes) {
            Some(Encoding::Utf16LittleEndian) => (u16::from_le_bytes, 2),
            Some(Encoding::Utf16BigEndian) => (u16::from_be_bytes, 2),
            _ if begins_with(bytes, |unit| matches!(unit, [1..0x80, 0])) => (u16::from_le_bytes, 0),
            _ if begins_with(bytes, |unit| matches!(unit, [0, 1..0x80])) => (u16::from_be_bytes, 0),
            _ => return Self { bytes: Cow::Borrowed(bytes), width: 1, mark: 0 },
        };
        let (units, _) = bytes[mark..].as_chunks::<2>();
        // what is no ASCII is no part of a credential; which byte stands for it does not matter
        let narrowed =
            units.iter().map(|unit| u8::try_from(read(*unit)).ok().filter(u8::is_ascii).unwrap_or(0xff));
        Self { bytes: Cow::Owned(narrowed.collect()), width: 2, mark }
    }

    /// Where a stretch of the searched bytes lies in the file.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.mark + start * self.width, self.mark + end * self.width)
    }
}

/// Whether a file that says nothing of its encoding begins with so many units of a kind.
fn begins_with(bytes: &[u8], is_it: fn(&[u8; 2]) -> bool) -> bool {
    const UNITS: usize = 8;
    let (units, _) = bytes.as_chunks::<2>();
    units.len() >= UNITS && units[..UNITS].iter().all(is_it)
}
