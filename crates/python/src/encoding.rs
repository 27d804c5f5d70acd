//! How Python finds the encoding of a source file, <https://peps.python.org/pep-0263/>.

/// The byte order mark that makes a file UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An encoding that this crate reads and writes.
///
/// Only those whose bytes below 128 are ASCII and whose characters map to offsets without a table: files in
/// other encodings are too rare to carry their tables, and Python itself asks for UTF-8 (PEP 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Ascii,
    Latin1,
}

/// Why a file's text cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// The cookie names an encoding that is not read here.
    Unsupported { name: String, line: u32 },
    /// A byte order mark says UTF-8 and the cookie something else, which Python refuses.
    Contradiction { name: String, line: u32 },
    /// This byte has no meaning in the encoding.
    Byte { offset: usize, encoding: Encoding },
}

impl Encoding {
    /// The name as Python spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
        }
    }

    /// The encoding that a file declares by byte order mark or cookie; UTF-8 when it declares none.
    pub(crate) fn declared(bytes: &[u8]) -> Result<Self, Undecodable> {
        let body = bytes.strip_prefix(BYTE_ORDER_MARK);
        let Some((name, line)) = cookie(body.unwrap_or(bytes)) else { return Ok(Self::Utf8) };
        match Self::named(&name) {
            Some(Self::Utf8) => Ok(Self::Utf8),
            _ if body.is_some() => Err(Undecodable::Contradiction { name, line }),
            Some(encoding) => Ok(encoding),
            None => Err(Undecodable::Unsupported { name, line }),
        }
    }

    /// Looks a name up among the aliases that Python's codec registry knows.
    fn named(name: &str) -> Option<Self> {
        let normal = name.to_ascii_lowercase().replace(['_', '.'], "-");
        // editors append the line end they use: `utf-8-unix`
        let is = |base: &str| {
            normal.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        match normal.as_str() {
            "utf8" | "u8" | "utf" | "cp65001" => Some(Self::Utf8),
            _ if is("utf-8") => Some(Self::Utf8),
            "ascii" | "us-ascii" | "646" | "ansi-x3-4-1968" | "iso646-us" => Some(Self::Ascii),
            "latin1" | "latin" | "l1" | "iso8859-1" | "8859" | "cp819" => Some(Self::Latin1),
            _ if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") => Some(Self::Latin1),
            _ => None,
        }
    }

    /// The offset of the first byte that has no meaning in this encoding.
    pub(crate) fn undecodable(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Utf8 => std::str::from_utf8(bytes).err().map(|error| error.valid_up_to()),
            Self::Ascii => bytes.iter().position(|byte| !byte.is_ascii()),
            Self::Latin1 => None,
        }
    }

    /// The text of bytes that are all known to have a meaning; a byte order mark stays in it.
    pub(crate) fn decode(self, bytes: Vec<u8>) -> String {
        match self {
            Self::Utf8 | Self::Ascii => {
                String::from_utf8(bytes).expect("looked through for undecodable bytes")
            }
            // the first 256 characters of Unicode are Latin-1
            Self::Latin1 => bytes.into_iter().map(char::from).collect(),
        }
    }

    /// The bytes of a text that was decoded from this encoding and has had ASCII inserted.
    pub(crate) fn encode(self, text: String) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Ascii => text.into_bytes(),
            Self::Latin1 => text
                .chars()
                .map(|character| {
                    u8::try_from(character).expect("decoded from Latin-1, with only ASCII added")
                })
                .collect(),
        }
    }
}

/// The encoding cookie: a comment with `coding: name` or `coding=name` on the first line, or on the second when
/// the first is blank or a comment. Returns the name and its line.
fn cookie(body: &[u8]) -> Option<(String, u32)> {
    let (first, rest) = split_line(body);
    if let Some(name) = cookie_of_line(first) {
        return Some((name, 1));
    }
    let blank = matches!(strip_blank(first).first(), None | Some(b'#'));
    let (second, _) = split_line(rest);
    cookie_of_line(second).filter(|_| blank).map(|name| (name, 2))
}

/// The first line without its end, and what comes after the end.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (line, rest.strip_prefix(b"\r\n").or_else(|| rest.get(1..)).unwrap_or_default())
}

/// What `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)` captures in a line.
fn cookie_of_line(line: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"coding";
    let comment = strip_blank(line).strip_prefix(b"#")?;
    let mut rest = comment;
    while let Some(at) = rest.windows(WORD.len()).position(|window| window == WORD) {
        rest = &rest[at + WORD.len()..];
        let Some((b':' | b'=', after)) = rest.split_first() else { continue };
        let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let name = &after[blanks..];
        let length = name.iter().take_while(|byte| is_name_byte(**byte)).count();
        if length > 0 {
            return Some(String::from_utf8_lossy(&name[..length]).into_owned());
        }
    }
    None
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn strip_blank(line: &[u8]) -> &[u8] {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
    &line[blanks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(source: &str) -> Result<&'static str, Undecodable> {
        Encoding::declared(source.as_bytes()).map(Encoding::name)
    }

    #[test]
    fn the_cookie_is_found_where_python_looks_for_it() {
        for (source, expected) in [
            ("", "utf-8"),
            ("x = 1\n", "utf-8"),
            ("# -*- coding: latin-1 -*-\n", "latin-1"),
            ("#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n", "latin-1"),
            ("#!/usr/bin/python\r\n# coding=us-ascii\r\n", "ascii"),
            ("# one\r# coding: ascii\r", "ascii"),
            ("\n# coding: ascii\n", "ascii"),
            ("\x0c # coding: ascii\n", "ascii"),
            ("# coding: utf-8-unix\n", "utf-8"),
            ("# encoding:\tUTF_8\n", "utf-8"),
            ("# my coding habits; coding: latin1\n", "latin-1"),
            // the third line, a line of code before it, a string: no cookies
            ("#\n#\n# coding: latin-1\n", "utf-8"),
            ("import os\n# coding: latin-1\n", "utf-8"),
            ("s = '# coding: latin-1'\n", "utf-8"),
            ("\n\n# coding: latin-1\n", "utf-8"),
            ("\u{feff}# coding: utf-8\n", "utf-8"),
        ] {
            assert_eq!(declared(source), Ok(expected), "{source:?}");
        }
    }

    #[test]
    fn an_encoding_that_is_not_read_is_named_with_its_line() {
        let refused = declared("#!/bin/sh\n# coding: koi8-r\n");
        assert_eq!(refused, Err(Undecodable::Unsupported { name: "koi8-r".to_owned(), line: 2 }));
    }

    #[test]
    fn a_byte_order_mark_contradicts_every_cookie_but_utf_8() {
        let refused = declared("\u{feff}# coding: latin-1\n");
        assert_eq!(refused, Err(Undecodable::Contradiction { name: "latin-1".to_owned(), line: 1 }));
    }

    #[test]
    fn latin_1_survives_the_way_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = Encoding::Latin1.decode(bytes.clone());
        assert_eq!(text.chars().nth(0xe9), Some('é'));
        assert_eq!(Encoding::Latin1.encode(text), bytes);
    }

    #[test]
    fn the_first_byte_without_meaning_is_pointed_at() {
        assert_eq!(Encoding::Utf8.undecodable(b"ab\xffcd"), Some(2));
        assert_eq!(Encoding::Ascii.undecodable(b"a\xc3\xa9"), Some(1));
        assert_eq!(Encoding::Latin1.undecodable(b"a\xc3\xa9"), None);
    }
}
