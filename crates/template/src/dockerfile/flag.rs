//! Flags: `--mount=…`, between an instruction and its arguments.

use std::collections::BTreeSet;

use text::Span;

use super::keyword::Keyword;
use super::problem::{Problem, ProblemKind};
use crate::mapped::Mapped;

/// A flag of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name, without the dashes.
    pub name: String,
    /// What follows the equals sign, with quotes and escapes resolved; none without one.
    pub value: Option<String>,
    /// The whole of it.
    pub span: Span,
}

/// What a flag takes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Switch,
    Value,
    /// A value, and it may be given several times.
    Values,
}

/// The flags that an instruction has.
const fn known(keyword: Keyword) -> &'static [(&'static str, Kind)] {
    match keyword {
        Keyword::From => &[("platform", Kind::Value)],
        Keyword::Run => &[
            ("mount", Kind::Values),
            ("network", Kind::Value),
            ("security", Kind::Value),
            ("device", Kind::Values),
        ],
        Keyword::Copy => &[
            ("from", Kind::Value),
            ("chown", Kind::Value),
            ("chmod", Kind::Value),
            ("link", Kind::Switch),
            ("parents", Kind::Switch),
            ("exclude", Kind::Values),
        ],
        Keyword::Add => &[
            ("chown", Kind::Value),
            ("chmod", Kind::Value),
            ("link", Kind::Switch),
            ("keep-git-dir", Kind::Switch),
            ("checksum", Kind::Value),
            ("unpack", Kind::Switch),
            ("exclude", Kind::Values),
        ],
        Keyword::Healthcheck => &[
            ("interval", Kind::Value),
            ("timeout", Kind::Value),
            ("start-period", Kind::Value),
            ("start-interval", Kind::Value),
            ("retries", Kind::Value),
        ],
        _ => &[],
    }
}

/// Whether `BuildKit` looks at the flags of an instruction at all; it passes over those of the others.
const fn judged(keyword: Keyword) -> bool {
    !matches!(keyword, Keyword::Arg | Keyword::Stopsignal | Keyword::Unknown)
}

/// What is wrong with the flags of an instruction.
pub(super) fn check(keyword: Keyword, flags: &[Flag]) -> Vec<Problem> {
    let flags = if judged(keyword) { flags } else { &[] };
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for flag in flags {
        let kind = known(keyword).iter().find(|(known, _)| *known == flag.name).map(|(_, kind)| *kind);
        let repeated = !seen.insert(&flag.name) && kind != Some(Kind::Values);
        if let Some(kind) = wrong(keyword, flag, kind, repeated) {
            problems.push(Problem::new(flag.span, kind));
        }
    }
    problems
}

fn wrong(keyword: Keyword, flag: &Flag, kind: Option<Kind>, repeated: bool) -> Option<ProblemKind> {
    let name = flag.name.clone();
    let is_switch = |value: &str| ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(value));
    match (kind, flag.value.as_deref()) {
        (None, _) => Some(ProblemKind::UnknownFlag { keyword, flag: name }),
        _ if repeated => Some(ProblemKind::RepeatedFlag(name)),
        (Some(Kind::Switch), Some(value)) if !is_switch(value) => {
            Some(ProblemKind::FlagValue { flag: name, wanted: "`true` or `false`" })
        }
        (Some(Kind::Value | Kind::Values), None) => {
            Some(ProblemKind::FlagValue { flag: name, wanted: "a value" })
        }
        _ => None,
    }
}

/// Takes the flags off the front of `text`: the flags, and where the rest begins.
pub(super) fn take(text: &Mapped, escape: char) -> (Vec<Flag>, usize) {
    let whole = text.text();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        at += whole[at..].len() - whole[at..].trim_start().len();
        if !whole[at..].starts_with("--") {
            return (flags, at);
        }
        let (word, end) = resolved(whole, at, escape);
        let span = text.span_of(at..end);
        at = end;
        if word == "--" {
            return (flags, at);
        }
        let word = word.strip_prefix("--").unwrap_or(&word);
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word.to_owned(), None),
        };
        flags.push(Flag { name, value, span });
    }
}

/// The word at `start`, its quotes and escapes resolved, and where it ends.
fn resolved(text: &str, start: usize, escape: char) -> (String, usize) {
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut characters = text[start..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if quote == Some(character) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(character),
            _ if character == escape => word.extend(characters.next().map(|(_, escaped)| escaped)),
            _ if quote.is_none() && character.is_whitespace() => return (word, start + at),
            _ => word.push(character),
        }
    }
    (word, text.len())
}
