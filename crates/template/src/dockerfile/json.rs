//! Commands in JSON: `["executable", "argument"]`.

use serde::de::IgnoredAny;
use text::Span;

use crate::mapped::Mapped;

/// What text is, where a JSON array of strings may stand.
pub(super) enum Json {
    /// The array's strings, escapes resolved.
    Strings(Vec<Mapped>),
    /// An array with something else in it: no build takes it for something else.
    NotStrings(Span),
    /// Not an array: it is read as plain text.
    No,
}

/// Reads `text` as a JSON array of strings.
pub(super) fn read(text: &Mapped) -> Json {
    let trimmed = text.text().trim_start();
    if !trimmed.starts_with('[') {
        return Json::No;
    }
    let start = text.text().len() - trimmed.len();
    if let Some(strings) = (Reader { text, at: start + 1 }).strings() {
        return Json::Strings(strings);
    }
    match serde_json::from_str::<Vec<IgnoredAny>>(trimmed) {
        Ok(_) => Json::NotStrings(text.span_of(start..start + trimmed.trim_end().len())),
        Err(_) => Json::No,
    }
}

struct Reader<'a> {
    text: &'a Mapped,
    at: usize,
}

impl Reader<'_> {
    /// Everything after the opening bracket; none where it is not strings up to a closing one.
    fn strings(&mut self) -> Option<Vec<Mapped>> {
        let mut strings = Vec::new();
        let mut byte = self.token()?;
        if byte != b']' {
            loop {
                if byte != b'"' {
                    return None;
                }
                strings.push(self.string()?);
                match self.token()? {
                    b',' => byte = self.token()?,
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.token().is_none().then_some(strings)
    }

    /// The next byte that is not white space.
    fn token(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.text().as_bytes().get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// The string after the opening quote.
    fn string(&mut self) -> Option<Mapped> {
        let mut string = self.text.slice(self.at..self.at);
        let mut plain = self.at;
        loop {
            let at = self.at;
            match self.byte()? {
                b'"' => {
                    string.append(&self.text.slice(plain..at));
                    return Some(string);
                }
                b'\\' => {
                    string.append(&self.text.slice(plain..at));
                    let character = self.escape()?;
                    string.push(character.encode_utf8(&mut [0; 4]), self.text.span_of(at..self.at));
                    plain = self.at;
                }
                0..=0x1f => return None,
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.byte()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.code_point()?,
            _ => return None,
        })
    }

    /// `\uXXXX`, two of them for a surrogate pair; half a pair stands for nothing that can be shown.
    fn code_point(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        let rest = &self.text.text()[self.at..];
        if (0xd800..0xdc00).contains(&first) && rest.starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if (0xdc00..0xe000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
            self.at = back;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.text().get(self.at..self.at + 4)?;
        self.at += 4;
        if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            u32::from_str_radix(digits, 16).ok()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match read(&Mapped::verbatim(text, 0)) {
            Json::Strings(strings) => {
                format!("{:?}", strings.iter().map(Mapped::text).collect::<Vec<_>>())
            }
            Json::NotStrings(span) => format!("not strings {}..{}", span.start, span.end),
            Json::No => "no".to_owned(),
        }
    }

    #[test]
    fn an_array_of_strings_is_read() {
        assert_eq!(told(r#" [ "a" , "b\"\n\u00e9\ud83d\ude00" ] "#), r#"["a", "b\"\né😀"]"#);
        assert_eq!(told("[]"), "[]");
    }

    #[test]
    fn what_is_no_json_is_not_read_as_json() {
        for text in ["['a']", r#"["a",]"#, r#"["a"] x"#, r#"["a"#, r#"["\x"]"#, "[a]", r#"{"a": 1}"#] {
            assert_eq!(told(text), "no", "{text}");
        }
    }

    #[test]
    fn json_with_something_else_than_strings_is_told_apart() {
        assert_eq!(told(r#"["a", 1] "#), "not strings 0..8");
        assert_eq!(told(r#"[["a"]]"#), "not strings 0..7");
    }

    #[test]
    fn an_escape_stands_for_its_place_in_the_file() {
        let Json::Strings(strings) = read(&Mapped::verbatim(r#"["a\"b"]"#, 0)) else { panic!() };
        assert_eq!(strings[0].span_of(1..2), Span::new(3, 5));
        assert_eq!(strings[0].span_of(2..3), Span::new(5, 6));
    }
}
