//! Words of options, split as Python's `shlex.split` does.

use std::ops::Range;

/// A word, unquoted, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// A quote that is not closed, or a backslash at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unclosed {
    pub(super) at: usize,
}

pub(super) fn split(text: &str) -> Result<Vec<Word>, Unclosed> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        if matches!(character, ' ' | '\t' | '\r' | '\n') {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Word { text: String::new(), range: at..at });
        match character {
            '\\' => word.text.push(characters.next().ok_or(Unclosed { at })?.1),
            '\'' | '"' => quoted(character, at, &mut characters, &mut word.text)?,
            _ => word.text.push(character),
        }
        word.range.end = characters.offset();
    }
    words.extend(word);
    Ok(words)
}

fn quoted(
    quote: char,
    at: usize,
    characters: &mut std::str::CharIndices<'_>,
    word: &mut String,
) -> Result<(), Unclosed> {
    loop {
        let (_, character) = characters.next().ok_or(Unclosed { at })?;
        if character == quote {
            return Ok(());
        }
        if character == '\\' && quote == '"' {
            let (_, escaped) = characters.next().ok_or(Unclosed { at })?;
            if !matches!(escaped, '"' | '\\') {
                word.push('\\');
            }
            word.push(escaped);
        } else {
            word.push(character);
        }
    }
}
