//! Splitting an instruction's text into words.

use std::ops::Range;

use crate::mapped::Mapped;

/// The white space that separates an instruction from what follows: not every space of Unicode does.
const SEPARATORS: [char; 5] = ['\t', '\u{b}', '\u{c}', '\r', ' '];

/// The first word and what follows it.
pub(super) fn split_first(text: &str) -> (&str, &str) {
    match text.split_once(SEPARATORS) {
        Some((first, rest)) => (first, rest.trim_start_matches(SEPARATORS)),
        None => (text, ""),
    }
}

/// The words between white space, quotes meaning nothing.
pub(super) fn split(text: &Mapped) -> Vec<Mapped> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.text().char_indices().chain([(text.text().len(), ' ')]) {
        match (SEPARATORS.contains(&character), start) {
            (true, Some(from)) => {
                words.push(text.slice(from..at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    words
}

/// The words between white space that is neither quoted nor escaped; quotes and escapes stay in the words.
pub(super) fn quoted(text: &Mapped, escape: char) -> Vec<Mapped> {
    ranges(text.text(), escape).into_iter().map(|range| text.slice(range)).collect()
}

fn ranges(text: &str, escape: char) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut end = text.len();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if start.is_none() {
            if character.is_whitespace() {
                continue;
            }
            start = Some(at);
        } else if quote.is_none() && character.is_whitespace() {
            words.extend(start.take().map(|from| from..at));
            continue;
        }
        if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '\'' | '"') {
            quote = Some(character);
        } else if character == escape && quote != Some('\'') && characters.next().is_none() {
            end = at;
        }
    }
    words.extend(start.map(|from| from..end).filter(|range| !range.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_keep_a_word_together() {
        let text = Mapped::verbatim(r#"a="b c" d=e\ f 'g\' h \"#, 0);
        let words: Vec<_> = quoted(&text, '\\').iter().map(|word| word.text().to_owned()).collect();
        assert_eq!(words, [r#"a="b c""#, r"d=e\ f", r"'g\'", "h"]);
    }

    #[test]
    fn a_no_break_space_separates_no_words() {
        let words = split(&Mapped::verbatim("a\u{a0}b\tc  d", 0));
        assert_eq!(words.iter().map(Mapped::text).collect::<Vec<_>>(), ["a\u{a0}b", "c", "d"]);
    }
}
