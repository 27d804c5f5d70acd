//! Here-documents: text that follows an instruction, up to a line that holds its name.

use text::Span;

use super::expand::Variables;
use super::lex::{Quotes, Rules, lex};
use super::line::Lines;
use crate::mapped::Mapped;

/// A here-document: <https://docs.docker.com/reference/dockerfile/#here-documents>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its name, quotes taken off.
    pub name: String,
    /// Whether variables in it are replaced: its name is not quoted.
    pub expands: bool,
    /// Whether tabs in front of its lines do not count: `<<-`.
    pub strips_tabs: bool,
    /// `<<NAME`, where it is opened.
    pub opener: Span,
    /// What it holds, as it stands in the file.
    pub body: Mapped,
    /// The line that ends it; none where the file ends before.
    pub end: Option<Span>,
}

impl Heredoc {
    /// What it holds, tabs in front of its lines taken off where they do not count.
    #[must_use]
    pub fn contents(&self) -> Mapped {
        if self.strips_tabs { without_tabs(&self.body) } else { self.body.clone() }
    }

    /// Reads it from the lines that follow.
    pub(super) fn read(&mut self, lines: &mut Lines) {
        let start = lines.offset();
        let mut body = String::new();
        for line in lines.by_ref() {
            let text = if self.strips_tabs { line.text.trim_start_matches('\t') } else { line.text };
            if text == self.name {
                self.end = Some(line.span());
                break;
            }
            body.push_str(line.whole);
        }
        self.body = Mapped::verbatim(body, start);
    }
}

fn without_tabs(body: &Mapped) -> Mapped {
    let mut stripped = Mapped::verbatim("", body.span().start);
    let mut at = 0;
    for line in body.text().split_inclusive('\n') {
        let tabs = line.len() - line.trim_start_matches('\t').len();
        stripped.push(&line[tabs..], body.span_of(at + tabs..at + line.len()));
        at += line.len();
    }
    stripped
}

/// The here-documents that an instruction's text opens.
///
/// Text that cannot be taken into words, with a quote that is never closed, opens none; so `BuildKit` has it.
pub(super) fn opened(text: &Mapped) -> Vec<Heredoc> {
    if !text.text().contains("<<") {
        return Vec::new();
    }
    let rules = Rules { quotes: Quotes::Kept, raw_escapes: true, keep_unset: true, ..Rules::new('\\') };
    let Ok(lexed) = lex(text.text(), rules, &Unset) else { return Vec::new() };
    let words = lexed.words.into_iter();
    words.filter_map(|(word, range)| of_word(&word, text.span_of(range))).collect()
}

/// The here-document that a word opens: `[file descriptor]<<[-]name`.
pub(super) fn of_word(word: &str, opener: Span) -> Option<Heredoc> {
    let rest = word.trim_start_matches(|digit: char| digit.is_ascii_digit()).strip_prefix("<<")?;
    let (strips_tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let rules = Rules { keep_unset: true, ..Rules::new('\\') };
    let name = only_word(rest, rules)?;
    let written = only_word(rest, Rules { quotes: Quotes::Kept, ..rules })?;
    let quotes = |text: &str| text.matches(['\'', '"']).count();
    let expands = quotes(&name) == quotes(&written);
    Some(Heredoc { name, expands, strips_tabs, opener, body: Mapped::default(), end: None })
}

fn only_word(text: &str, rules: Rules) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some(text.to_owned());
    }
    let mut words = lex(text, rules, &Unset).ok()?.words.into_iter();
    words.next().filter(|_| words.next().is_none()).map(|(word, _)| word)
}

struct Unset;

impl Variables for Unset {
    fn value(&self, _: &str) -> Option<String> {
        None
    }
}
