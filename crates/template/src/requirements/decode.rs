//! In what a requirements file is written.

use std::fmt;

use text::Encoding;

/// In what a file is written, as pip finds out: by a byte order mark, by a coding comment in its first two lines
/// (PEP 263), else UTF-8, which is what the image's locale says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEncoding {
    /// With or without a byte order mark.
    Utf8,
    /// One byte a character, by a coding comment.
    Latin1,
    /// Two or four bytes a character, by a byte order mark.
    Wide(Encoding),
}

impl fmt::Display for FileEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf8 => f.write_str("UTF-8"),
            Self::Latin1 => f.write_str("Latin-1"),
            Self::Wide(encoding) => encoding.fmt(f),
        }
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undecodable {
    /// They are not what they are declared to be.
    Bytes(FileEncoding),
    /// A coding comment names what only Python knows.
    Unknown(String),
}

pub(super) fn decode(bytes: Vec<u8>) -> Result<(String, FileEncoding), Undecodable> {
    if let Some(encoding) = Encoding::marked(&bytes) {
        let text = wide(encoding, &bytes).ok_or(Undecodable::Bytes(FileEncoding::Wide(encoding)))?;
        return Ok((text, FileEncoding::Wide(encoding)));
    }
    let is_marked = bytes.starts_with("\u{feff}".as_bytes());
    match declared(&bytes).filter(|_| !is_marked) {
        None => utf_8(bytes),
        Some(name) => match name.to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" | "utf-8-sig" => utf_8(bytes),
            "ascii" | "us-ascii" if bytes.is_ascii() => utf_8(bytes),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => {
                Ok((bytes.into_iter().map(char::from).collect(), FileEncoding::Latin1))
            }
            _ => Err(Undecodable::Unknown(name)),
        },
    }
}

fn utf_8(bytes: Vec<u8>) -> Result<(String, FileEncoding), Undecodable> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, FileEncoding::Utf8)),
        Err(_) => Err(Undecodable::Bytes(FileEncoding::Utf8)),
    }
}

/// The encoding that a comment in the first two lines names: `# -*- coding: latin-1 -*-`.
fn declared(bytes: &[u8]) -> Option<String> {
    bytes.split(|byte| *byte == b'\n').take(2).filter(|line| line.first() == Some(&b'#')).find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let mut rest = &*line;
        while let Some(at) = rest.find("coding") {
            rest = &rest[at + "coding".len()..];
            let Some(value) = rest.strip_prefix([':', '=']) else { continue };
            let value = value.trim_start();
            let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
            let name = &value[..end.unwrap_or(value.len())];
            if !name.is_empty() {
                return Some(name.to_owned());
            }
        }
        None
    })
}

fn wide(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    let pairs = |read: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes[2..].as_chunks::<2>();
        let text = String::from_utf16(&units.iter().map(|unit| read(*unit)).collect::<Vec<_>>()).ok();
        text.filter(|_| rest.is_empty())
    };
    let fours = |read: fn([u8; 4]) -> u32| {
        let (units, rest) = bytes[4..].as_chunks::<4>();
        let text = units.iter().map(|unit| char::from_u32(read(*unit))).collect::<Option<String>>();
        text.filter(|_| rest.is_empty())
    };
    match encoding {
        Encoding::Utf16LittleEndian => pairs(u16::from_le_bytes),
        Encoding::Utf16BigEndian => pairs(u16::from_be_bytes),
        Encoding::Utf32LittleEndian => fours(u32::from_le_bytes),
        Encoding::Utf32BigEndian => fours(u32::from_be_bytes),
    }
}
