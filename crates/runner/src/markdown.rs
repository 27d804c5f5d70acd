//! Untrusted text in Markdown: for step summaries and comments on pull requests.
//!
//! GitHub and Gitea both render GitHub-flavoured Markdown (<https://github.github.com/gfm/>), with HTML,
//! mentions and cross-references. A commit message or a branch name must produce none of these.

use crate::neutral::neutralise_to_line;

/// Text in the running line: shown as it is, on one line, without links, mentions or markup.
#[must_use]
pub fn text(untrusted: &str) -> String {
    let line = neutralise_to_line(untrusted);
    let mut escaped = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Mentions and references are found after Markdown is done, so a backslash does not stop them.
            '@' => escaped.push_str("@\u{200d}"),
            '#' => escaped.push_str("\\#\u{200d}"),
            _ => {
                if is_markup(character) || begins_block(&line[..at], character) || makes_link(&line, at) {
                    escaped.push('\\');
                }
                escaped.push(character);
            }
        }
    }
    escaped
}

fn is_markup(character: char) -> bool {
    matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$')
}

/// Whether a character makes a list, a rule or a heading of the line that begins with `before`.
fn begins_block(before: &str, character: char) -> bool {
    match character {
        '+' | '-' | '=' => before.is_empty(),
        '.' | ')' => before.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Whether the character makes an address of what stands around it: `https://…`, `www.…`.
fn makes_link(line: &str, at: usize) -> bool {
    let (before, rest) = line.split_at(at);
    let ends_in_www = || before.len() >= 3 && before.as_bytes()[at - 3..].eq_ignore_ascii_case(b"www");
    rest.starts_with("://") || (rest.starts_with('.') && ends_in_www())
}

/// Text as a code span, on one line.
///
/// Fit for a table's cell too, for which a `|` becomes `❘`: what would escape it there is shown elsewhere.
#[must_use]
pub fn code(untrusted: &str) -> String {
    let line = neutralise_to_line(untrusted).replace('|', "\u{2758}");
    let longest = line.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad =
        if line.is_empty() || line.starts_with(['`', ' ']) || line.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// A table of GitHub's flavour; the cells are Markdown already.
///
/// ```
/// # use runner::markdown;
/// let table = markdown::table(["repo", "outcome"], [[markdown::code("acme/a"), markdown::text("ok")]]);
/// assert_eq!(table, "| repo | outcome |\n| --- | --- |\n| `acme/a` | ok |\n");
/// ```
#[must_use]
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let mut table = line(header.to_vec());
    table.push_str(&line(vec!["---"; N]));
    for row in rows {
        table.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_readable() {
        assert_eq!(text("Add retry, 1.5 times faster"), "Add retry, 1.5 times faster");
        assert_eq!(code("runtime-v1.4.0"), "`runtime-v1.4.0`");
    }

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(text("<img src=x> a|b `c` [d](e)"), r"&lt;img src=x&gt; a\|b \`c\` \[d\](e)");
        assert_eq!(text("fix\n# Title"), "fix \\#\u{200d} Title");
        assert_eq!(text("1. a"), "1\\. a");
        assert_eq!(text("- a"), "\\- a");
    }

    #[test]
    fn nobody_is_mentioned_and_nothing_referred_to() {
        assert_eq!(text("@all #12"), "@\u{200d}all \\#\u{200d}12");
        assert_eq!(text("https://x.example Www.x.example"), r"https\://x.example Www\.x.example");
        assert_eq!(text("fix: a.b ä.c ()"), "fix: a.b ä.c ()");
    }

    #[test]
    fn a_code_span_holds_backticks_and_stays_in_its_cell() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a`"), "`` `a` ``");
        assert_eq!(code("a|b\nc"), "`a❘b c`");
        assert_eq!(code(""), "`  `");
    }
}
