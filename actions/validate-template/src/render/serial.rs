//! JSON whose text a log carries unchanged.

use std::fmt::Write as _;

use serde::Serialize;

/// A value as JSON, its lines indented.
///
/// In ASCII, and without `##[`: what a console would have to neutralise is written as an escape of JSON instead, so
/// that the text stays JSON on its way through a log, and no runner obeys any of it.
pub(super) fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("maps of strings and numbers are JSON");
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() && character != '\u{7f}' {
            ascii.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii.replace("##[", "##\\u005b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_it_says_json_passes_a_console_unchanged() {
        let hostile =
            "::error::x\n##[group]\u{202e}\u{200b}#\u{200d}#[x]\u{1b}[31m\u{7f}😀\r::stop-commands::a";
        let text = json(&[hostile, "::warning::y"]);
        assert_eq!(runner::neutralise(&text), text);
        let back: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!(back, [hostile, "::warning::y"]);
    }
}
