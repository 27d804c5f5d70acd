//! Reading what follows an instruction's name and flags, each by its own rules.

use std::collections::BTreeMap;

use text::Span;

use super::heredoc::{self, Heredoc};
use super::instruction::{Arguments, CommandLine, Declaration, Pair, Transferred};
use super::json::{self, Json};
use super::keyword::Keyword;
use super::problem::{Problem, ProblemKind};
use super::words;
use crate::mapped::Mapped;

/// What is being read: the text of an instruction without name and flags, and without white space at either end.
pub(super) struct Reader<'a> {
    pub(super) keyword: Keyword,
    pub(super) keyword_span: Span,
    pub(super) text: &'a Mapped,
    pub(super) escape: char,
    pub(super) heredocs: &'a [Heredoc],
}

impl Reader<'_> {
    /// Reads it; what cannot be read stays as it is, beside the problem.
    pub(super) fn read(&self) -> (Arguments, Option<Problem>) {
        match self.arguments() {
            Ok(arguments) => (arguments, None),
            Err(problem) => (Arguments::Unread(self.text.clone()), Some(problem)),
        }
    }

    fn arguments(&self) -> Result<Arguments, Problem> {
        match self.keyword {
            Keyword::From => self.from(),
            Keyword::Arg => self.declarations(),
            Keyword::Env | Keyword::Label => self.pairs(),
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint => Ok(Arguments::Command(command(self.text)?)),
            Keyword::Shell => self.shell(),
            Keyword::Copy | Keyword::Add => self.transfer(),
            Keyword::Healthcheck => self.healthcheck(),
            Keyword::Expose => self.at_least(1, "at least one port", words::split(self.text)),
            Keyword::Volume => {
                let words = match json::read(self.text) {
                    Json::Strings(words) => words,
                    Json::NotStrings(span) => return Err(Problem::new(span, ProblemKind::NotStrings)),
                    Json::No => words::split(self.text),
                };
                self.at_least(1, "at least one path", words)
            }
            Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir => {
                if self.text.text().is_empty() {
                    return Err(self.wanted("exactly one argument"));
                }
                Ok(Arguments::Text(self.text.clone()))
            }
            Keyword::Onbuild | Keyword::Unknown => Ok(Arguments::Unread(self.text.clone())),
        }
    }

    fn wanted(&self, wanted: &'static str) -> Problem {
        let span = if self.text.text().is_empty() { self.keyword_span } else { self.text.span() };
        Problem::new(span, ProblemKind::Arguments { keyword: self.keyword, wanted })
    }

    fn at_least(&self, least: usize, wanted: &'static str, words: Vec<Mapped>) -> Result<Arguments, Problem> {
        if words.len() < least { Err(self.wanted(wanted)) } else { Ok(Arguments::Words(words)) }
    }

    fn from(&self) -> Result<Arguments, Problem> {
        let mut words = words::split(self.text).into_iter();
        let (image, rest) = (words.next(), words.collect::<Vec<_>>());
        match (image, rest.as_slice()) {
            (Some(image), []) => Ok(Arguments::From { image, name: None }),
            (Some(image), [joint, name]) if joint.text().eq_ignore_ascii_case("as") => {
                Ok(Arguments::From { image, name: Some(name.clone()) })
            }
            _ => Err(self.wanted("an image, or an image, `AS` and a name")),
        }
    }

    fn declarations(&self) -> Result<Arguments, Problem> {
        let declarations = words::quoted(self.text, self.escape).into_iter().map(|word| {
            let (name, value) =
                split_pair(&word).map_or((word.clone(), None), |(name, value)| (name, Some(value)));
            if name.text().is_empty() {
                return Err(Problem::new(word.span(), ProblemKind::BlankName(self.keyword)));
            }
            Ok(Declaration { name, value })
        });
        let declarations = declarations.collect::<Result<Vec<_>, _>>()?;
        if declarations.is_empty() {
            return Err(self.wanted("at least one name"));
        }
        Ok(Arguments::Declarations(declarations))
    }

    fn pairs(&self) -> Result<Arguments, Problem> {
        let words = words::quoted(self.text, self.escape);
        let Some(first) = words.first() else { return Err(self.wanted("at least one `name=value`")) };
        if !first.text().contains('=') {
            return self.old_pair();
        }
        let pairs = words.into_iter().map(|word| {
            let Some((name, value)) = split_pair(&word) else {
                return Err(Problem::new(word.span(), ProblemKind::NotAPair(word.text().to_owned())));
            };
            if name.text().is_empty() {
                return Err(Problem::new(word.span(), ProblemKind::BlankName(self.keyword)));
            }
            Ok(Pair { name, value, old_form: false })
        });
        Ok(Arguments::Pairs(pairs.collect::<Result<_, _>>()?))
    }

    fn old_pair(&self) -> Result<Arguments, Problem> {
        let whole = self.text.text();
        let (name, value) = words::split_first(whole);
        if name.len() == whole.len() {
            return Err(self.wanted("a name and a value"));
        }
        let pair = Pair {
            name: self.text.slice(0..name.len()),
            value: self.text.slice(whole.len() - value.len()..whole.len()),
            old_form: true,
        };
        Ok(Arguments::Pairs(vec![pair]))
    }

    fn shell(&self) -> Result<Arguments, Problem> {
        match command(self.text)? {
            CommandLine::Exec(words) if words.is_empty() => Err(self.wanted("at least one argument")),
            CommandLine::Shell(text) if text.text().is_empty() => Err(self.wanted("at least one argument")),
            CommandLine::Shell(text) => Err(Problem::new(text.span(), ProblemKind::ShellNotJson)),
            exec @ CommandLine::Exec(_) => Ok(Arguments::Command(exec)),
        }
    }

    fn transfer(&self) -> Result<Arguments, Problem> {
        let mut words = match json::read(self.text) {
            Json::Strings(words) => words,
            Json::NotStrings(span) => return Err(Problem::new(span, ProblemKind::NotStrings)),
            Json::No => words::split(self.text),
        };
        let destination = words.pop().filter(|_| !words.is_empty());
        let Some(destination) = destination else { return Err(self.wanted("a source and a destination")) };
        if heredoc::of_word(destination.text(), destination.span()).is_some() {
            let kind = ProblemKind::HeredocDestination(self.keyword);
            return Err(Problem::new(destination.span(), kind));
        }
        let named = self.heredocs.iter().enumerate().map(|(index, heredoc)| (heredoc.name.as_str(), index));
        let named: BTreeMap<_, _> = named.collect();
        let sources = words.into_iter().map(|word| {
            let heredoc = heredoc::of_word(word.text(), word.span());
            let index = heredoc.and_then(|heredoc| named.get(heredoc.name.as_str()).copied());
            index.map_or(Transferred::Path(word), Transferred::Heredoc)
        });
        Ok(Arguments::Transfer { sources: sources.collect(), destination })
    }

    fn healthcheck(&self) -> Result<Arguments, Problem> {
        let whole = self.text.text();
        let (kind, rest) = words::split_first(whole);
        let rest = self.text.slice(whole.len() - rest.len()..whole.len());
        let empty = rest.text().is_empty();
        if kind.eq_ignore_ascii_case("NONE") && empty {
            return Ok(Arguments::Healthcheck(None));
        }
        if !kind.eq_ignore_ascii_case("CMD") || empty {
            return Err(Problem::new(
                if whole.is_empty() { self.keyword_span } else { self.text.span() },
                ProblemKind::Healthcheck,
            ));
        }
        Ok(Arguments::Healthcheck(Some(command(&rest)?)))
    }
}

/// A command in the form that its text has: exec form where it is a JSON array, shell form otherwise.
fn command(text: &Mapped) -> Result<CommandLine, Problem> {
    match json::read(text) {
        Json::Strings(words) => Ok(CommandLine::Exec(words)),
        Json::NotStrings(span) => Err(Problem::new(span, ProblemKind::NotStrings)),
        Json::No => Ok(CommandLine::Shell(text.clone())),
    }
}

/// `name=value`, at its first equals sign.
fn split_pair(word: &Mapped) -> Option<(Mapped, Mapped)> {
    let at = word.text().find('=')?;
    Some((word.slice(0..at), word.slice(at + 1..word.text().len())))
}
