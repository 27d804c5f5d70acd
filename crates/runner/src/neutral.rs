use std::iter;

/// Text that can be printed into a job's log without being obeyed.
///
/// A runner reads commands out of the very stream that carries the log: `::name …::data` at the start of a
/// line, blanks before it ignored, and the older `##[name …]data` *anywhere* in a line. Commit messages,
/// branch names, server answers all end up there. So a backslash is put where such a prefix would be
/// complete: `::error::` is printed as `:\:error::` and `##[group]` as `##\[group]`. Nothing else that can be
/// seen changes.
///
/// - Every character that some reader of the log takes for a line break becomes `\n`, so that no line begins
///   where this function did not look.
/// - Other control characters, ANSI escapes among them, become visible (`␛`), and the characters that
///   reorder text become `�`: nobody's log lies about what it says.
/// - GitHub's runner compares by culture, that is, it does not see zero-width and other ignorable
///   characters. Which those are depends on its Unicode tables, so every character outside printable ASCII
///   is taken for one here: the prefix counts as complete although others stand between its parts.
#[must_use]
pub fn neutralise(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len() + 8);
    for (index, line) in lines(text).enumerate() {
        if index > 0 {
            harmless.push('\n');
        }
        neutralise_line(line, &mut harmless);
    }
    harmless
}

/// The same on one line: breaks become blanks. For titles, names and the like.
#[must_use]
pub(crate) fn neutralise_to_line(text: &str) -> String {
    let joined = lines(text).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    neutralise(&joined)
}

/// The same for text that is painted by ANSI's "select graphic rendition" (`ESC [ 1 ; 31 m`), and nothing else: the
/// paint stays if it is wanted.
#[must_use]
pub(crate) fn neutralise_painted(text: &str, is_wanted: bool) -> String {
    let mut harmless = String::with_capacity(text.len() + 8);
    let mut plain = String::new();
    let mut pieces = text.split("\u{1b}[");
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let paint = piece.find(|character: char| !matches!(character, '0'..='9' | ';'));
        match paint.filter(|&end| piece[end..].starts_with('m')) {
            Some(end) if is_wanted => {
                harmless.push_str(&neutralise(&std::mem::take(&mut plain)));
                harmless.push_str("\u{1b}[");
                harmless.push_str(&piece[..=end]);
                plain.push_str(&piece[end + 1..]);
            }
            Some(end) => plain.push_str(&piece[end + 1..]),
            None => {
                plain.push_str("\u{1b}[");
                plain.push_str(piece);
            }
        }
    }
    harmless.push_str(&neutralise(&plain));
    harmless
}

/// The lines of a text by every convention there is; `\r\n` is one break.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    iter::from_fn(move || {
        let text = rest?;
        let Some((at, found)) = text.char_indices().find(|&(_, character)| is_line_break(character)) else {
            rest = None;
            return Some(text);
        };
        let after = &text[at + found.len_utf8()..];
        rest = Some(if found == '\r' { after.strip_prefix('\n').unwrap_or(after) } else { after });
        Some(&text[..at])
    })
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// How much of `::` has been read at the start of a line.
enum Lead {
    Blank,
    Colon,
    Passed,
}

fn neutralise_line(line: &str, harmless: &mut String) {
    let mut lead = Lead::Blank;
    let mut hashes = 0;
    for character in line.chars() {
        let is_ignorable = !matches!(character, ' '..='~');
        if !is_ignorable {
            if hashes == 2 && character == '[' {
                harmless.push('\\');
            }
            hashes = if character == '#' { 2.min(hashes + 1) } else { 0 };
            lead = match (lead, character) {
                (Lead::Blank, ' ') => Lead::Blank,
                (Lead::Blank, ':') => Lead::Colon,
                (Lead::Colon, ':') => {
                    harmless.push('\\');
                    Lead::Passed
                }
                _ => Lead::Passed,
            };
        }
        harmless.push(visible(character));
    }
}

/// A control character as the picture of itself.
fn visible(character: char) -> char {
    match character {
        '\t' => '\t',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            '\u{fffd}'
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in
            ["", "std::io::Error: no", "a [link](x) # one", "# Title\n\n## Next\n- a: b", "ünï – ✓", "a: :b"]
        {
            assert_eq!(neutralise(text), text);
        }
    }

    #[test]
    fn a_command_at_a_line_start_is_broken_whatever_stands_before_it() {
        assert_eq!(neutralise("::error::x"), ":\\:error::x");
        assert_eq!(neutralise(" \t::error::x"), " \t:\\:error::x");
        assert_eq!(neutralise("a\r::error::x"), "a\n:\\:error::x");
        assert_eq!(neutralise("a\u{2028}::error::x"), "a\n:\\:error::x");
        assert_eq!(neutralise("\u{200b}:\u{ad}:error::x"), "\u{200b}:\u{ad}\\:error::x");
        assert_eq!(neutralise("\u{1b}[0m::error::x"), "␛[0m::error::x");
    }

    #[test]
    fn a_legacy_command_is_broken_anywhere() {
        assert_eq!(neutralise("see ##[error]x"), "see ##\\[error]x");
        assert_eq!(neutralise("###[error]x"), "###\\[error]x");
        assert_eq!(neutralise("#\u{200d}#\u{feff}[error]"), "#\u{200d}#\u{feff}\\[error]");
    }

    #[test]
    fn breaks_become_one_line_feed_each() {
        assert_eq!(neutralise("a\r\nb\rc\u{85}d\n"), "a\nb\nc\nd\n");
        assert_eq!(neutralise_to_line("a\r\n\n  b\u{2029}c\n"), "a b c");
    }

    #[test]
    fn text_cannot_paint_or_reorder_the_log() {
        assert_eq!(neutralise("\u{1b}[31mred\u{7} \u{202e}txt\u{9b}"), "␛[31mred␇ \u{fffd}txt\u{fffd}");
    }

    #[test]
    fn paint_stays_where_it_is_wanted_and_nothing_else_that_a_terminal_obeys() {
        let painted =
            "\u{1b}[1;31merror\u{1b}[0m: \u{1b}[2J\u{1b}]0;x\u{7}\n\u{1b}[m::error::x ##\u{1b}[1m[group]";
        assert_eq!(
            neutralise_painted(painted, true),
            "\u{1b}[1;31merror\u{1b}[0m: ␛[2J␛]0;x␇\n\u{1b}[m:\\:error::x ##\u{1b}[1m[group]"
        );
        assert_eq!(neutralise_painted(painted, false), "error: ␛[2J␛]0;x␇\n:\\:error::x ##\\[group]");
    }
}
