//! Logical lines: continued, without comments, with variables expanded.

use text::{BYTE_ORDER_MARK, Span};

use crate::Mapped;

/// The lines of a file that say something, up to `most` of them. Each leads back to its places in the file.
///
/// The answer's second part is where the first line stands that is left out.
pub(super) fn logical(
    text: &str,
    variables: &dyn Fn(&str) -> Option<String>,
    most: usize,
) -> (Vec<Mapped>, Option<Span>) {
    let mut lines = Vec::new();
    let mut open: Option<Mapped> = None;
    let mut physical = physical(text).into_iter();
    loop {
        let logical = match physical.next() {
            Some((start, line)) => {
                let is_comment = line.trim_start_matches(is_space).starts_with('#');
                if line.ends_with('\\') && !is_comment {
                    // pip takes backslashes off both ends
                    let stripped = line.trim_start_matches('\\');
                    let start = start + line.len() - stripped.len();
                    open.get_or_insert_default().push_verbatim(stripped.trim_end_matches('\\'), start);
                    continue;
                }
                let mut logical = open.take().unwrap_or_default();
                if is_comment {
                    // the comment ends what is continued, and must not become a part of its last word
                    logical.push(" ", Span::at(start));
                }
                logical.push_verbatim(line, start);
                logical
            }
            None => match open.take() {
                Some(last) => last,
                None => return (lines, None),
            },
        };
        let Some(logical) = without_comment(&logical) else { continue };
        if lines.len() == most {
            return (lines, Some(logical.span()));
        }
        lines.push(expanded(logical, variables));
    }
}

/// Lines, by everything that Python's `splitlines` takes for a line end, with their places.
fn physical(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let mut characters = text.char_indices().peekable();
    characters.next_if(|(_, first)| *first == BYTE_ORDER_MARK);
    while let Some((at, character)) = characters.next() {
        if matches!(
            character,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        ) {
            lines.push((start, &text[start..at]));
            if character == '\r' {
                characters.next_if(|(_, next)| *next == '\n');
            }
            start = characters.peek().map_or(text.len(), |(next, _)| *next);
        }
    }
    if start < text.len() {
        lines.push((start, &text[start..]));
    }
    lines
}

/// White space as Python's `\s` and `strip` have it.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// A line up to its comment, trimmed; none if nothing is left. A `#` begins a comment at the line's start or behind
/// white space, so that `name @ https://host/x.whl#sha256=…` has none.
fn without_comment(line: &Mapped) -> Option<Mapped> {
    let text = line.text();
    let mut before = ' ';
    let mut end = text.len();
    for (at, character) in text.char_indices() {
        if character == '#' && is_space(before) {
            end = at;
            break;
        }
        before = character;
    }
    let kept = text[..end].trim_end_matches(is_space);
    let start = kept.len() - kept.trim_start_matches(is_space).len();
    (start < kept.len()).then(|| line.slice(start..kept.len()))
}

/// A variable's name in `${NAME}` at the beginning of a text: upper case letters, digits and `_`.
pub(super) fn variable(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("${")?;
    let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))?;
    (end > 0 && rest[end..].starts_with('}')).then(|| &rest[..end])
}

/// A line with every variable replaced that has a value. pip leaves the others as they are.
fn expanded(line: Mapped, variables: &dyn Fn(&str) -> Option<String>) -> Mapped {
    let text = line.text();
    if !text.contains("${") {
        return line;
    }
    let mut expanded = Mapped::default();
    let mut done = 0;
    for (at, _) in text.match_indices("${") {
        let Some(name) = variable(&text[at..]) else { continue };
        if let Some(value) = variables(name).filter(|value| !value.is_empty()) {
            let end = at + "${}".len() + name.len();
            expanded.append(&line.slice(done..at));
            expanded.push(&value, line.span_of(at..end));
            done = end;
        }
    }
    if done == 0 {
        return line;
    }
    expanded.append(&line.slice(done..text.len()));
    expanded
}
