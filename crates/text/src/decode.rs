//! From bytes to text.

use std::fmt;

/// Reads bytes as UTF-8, a byte order mark and line ends kept.
///
/// # Errors
/// When they are not UTF-8: where, and what they are instead, as far as the first bytes tell.
pub fn decode(bytes: impl Into<Vec<u8>>) -> Result<String, DecodeError> {
    let bytes = bytes.into();
    if let Some(encoding) = Encoding::marked(&bytes) {
        return Err(DecodeError { offset: 0, encoding: Some(encoding) });
    }
    String::from_utf8(bytes)
        .map_err(|error| DecodeError { offset: error.utf8_error().valid_up_to(), encoding: None })
}

/// An encoding other than UTF-8 that a file declares by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Two bytes a character, the lower first: what PowerShell's `>` writes.
    Utf16LittleEndian,
    /// Two bytes a character, the higher first.
    Utf16BigEndian,
    /// Four bytes a character, the lowest first.
    Utf32LittleEndian,
    /// Four bytes a character, the highest first.
    Utf32BigEndian,
}

impl Encoding {
    /// The encoding whose byte order mark the bytes begin with; none for UTF-8 and for what is unmarked.
    #[must_use]
    pub fn marked(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => Some(Self::Utf32LittleEndian),
            [0, 0, 0xfe, 0xff, ..] => Some(Self::Utf32BigEndian),
            [0xff, 0xfe, ..] => Some(Self::Utf16LittleEndian),
            [0xfe, 0xff, ..] => Some(Self::Utf16BigEndian),
            _ => None,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16LittleEndian => "UTF-16 (little endian)",
            Self::Utf16BigEndian => "UTF-16 (big endian)",
            Self::Utf32LittleEndian => "UTF-32 (little endian)",
            Self::Utf32BigEndian => "UTF-32 (big endian)",
        })
    }
}

/// Bytes that are not UTF-8. Printed, it continues a sentence that names the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not UTF-8: {}", Told(*.offset, *.encoding))]
pub struct DecodeError {
    /// The first byte that is not.
    pub offset: usize,
    /// What the file is instead, where its first bytes tell.
    pub encoding: Option<Encoding>,
}

impl DecodeError {
    /// What would mend it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "save the file as UTF-8"
    }
}

struct Told(usize, Option<Encoding>);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(encoding) => write!(f, "its first bytes say {encoding}"),
            None => write!(f, "the byte at offset {} begins no character", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_as_it_is() {
        let text = "\u{feff}a\r\nb";
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
    }

    #[test]
    fn what_is_not_utf_8_is_told_with_its_place() {
        assert_eq!(
            decode(*b"ab\xff").unwrap_err().to_string(),
            "not UTF-8: the byte at offset 2 begins no character"
        );
        let error = decode(*b"\xff\xfea\0").unwrap_err();
        assert_eq!(error.to_string(), "not UTF-8: its first bytes say UTF-16 (little endian)");
    }
}
