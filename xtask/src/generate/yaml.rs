//! Writing text so that every YAML parser reads the same text back.

use std::fmt::Write as _;

/// The text as a double-quoted scalar.
///
/// The one style of YAML that can hold any text on one line, whatever stands in it: colons, `#`, `{`, quotes,
/// line breaks, words that look like numbers. Everything a parser may refuse to see raw is escaped
/// ([YAML 1.2, 5.1 and 5.7](https://yaml.org/spec/1.2.2/#51-character-set)).
pub(crate) fn quoted(text: &str) -> String {
    let mut scalar = String::with_capacity(text.len() + 2);
    scalar.push('"');
    for character in text.chars() {
        match character {
            '"' => scalar.push_str("\\\""),
            '\\' => scalar.push_str("\\\\"),
            '\n' => scalar.push_str("\\n"),
            '\r' => scalar.push_str("\\r"),
            '\t' => scalar.push_str("\\t"),
            raw if is_printable(raw) => scalar.push(raw),
            other => {
                let code = u32::from(other);
                let escape = if code <= 0xFFFF {
                    write!(scalar, "\\u{code:04X}")
                } else {
                    write!(scalar, "\\U{code:08X}")
                };
                escape.expect("writing to a string cannot fail");
            }
        }
    }
    scalar.push('"');
    scalar
}

/// Whether a character may stand unescaped: printable, no line break of any kind, no byte order mark.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{A0}'..='\u{2027}' | '\u{202A}'..='\u{D7FF}'
        | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use saphyr::{LoadableYamlNode as _, Yaml};

    use super::*;

    fn read_back(yaml: &str) -> String {
        let documents = Yaml::load_from_str(yaml).unwrap();
        documents[0]["key"].as_str().unwrap().to_owned()
    }

    #[test]
    fn text_that_looks_like_yaml_stays_text() {
        for text in [
            "",
            " ",
            "yes",
            "1.10",
            "a: b # c",
            "- {x}",
            "'\"\\",
            "%",
            "@",
            "a\n  b\r\n\tc",
            "\u{85}\u{feff}",
        ] {
            assert_eq!(read_back(&format!("key: {}\n", quoted(text))), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_as_it_was(text in any::<String>()) {
            prop_assert_eq!(read_back(&format!("key: {}\n", quoted(&text))), text);
        }

        #[test]
        fn any_text_stays_on_one_line(text in any::<String>()) {
            let breaks = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];
            prop_assert!(!quoted(&text).contains(breaks));
        }
    }
}
