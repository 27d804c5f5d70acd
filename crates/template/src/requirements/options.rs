//! The options of a line, as `optparse` reads them with pip's table.

use std::ops::Range;

use super::FaultKind;
use super::words::{self, Word};

/// An option that stands on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// Its long name.
    pub(super) name: &'static str,
    pub(super) value: Option<String>,
    /// Where the value stands, or the option if it has none.
    pub(super) value_range: Range<usize>,
    /// Where name and value stand.
    pub(super) range: Range<usize>,
}

/// The options of a line, the words that are none, and where it goes wrong.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) given: Vec<Given>,
    pub(super) others: Vec<Word>,
    /// pip stops at the first.
    pub(super) fault: Option<(FaultKind, Range<usize>)>,
}

struct Known {
    name: &'static str,
    short: Option<char>,
    others: &'static [&'static str],
    takes_value: bool,
}

const fn known(name: &'static str, short: Option<char>, takes_value: bool) -> Known {
    Known { name, short, others: &[], takes_value }
}

/// What pip takes in a requirements file.
const KNOWN: [Known; 18] = [
    Known { name: "--index-url", short: Some('i'), others: &["--pypi-url"], takes_value: true },
    known("--extra-index-url", None, true),
    known("--no-index", None, false),
    known("--constraint", Some('c'), true),
    known("--requirement", Some('r'), true),
    known("--editable", Some('e'), true),
    known("--find-links", Some('f'), true),
    known("--no-binary", None, true),
    known("--only-binary", None, true),
    known("--prefer-binary", None, false),
    known("--require-hashes", None, false),
    known("--pre", None, false),
    known("--trusted-host", None, true),
    known("--use-feature", None, true),
    known("--global-option", None, true),
    known("--hash", None, true),
    Known { name: "--config-settings", short: Some('C'), others: &["--config-setting"], takes_value: true },
    known("--no-deps-for", None, true),
];

/// Reads the options of a line.
pub(super) fn read(text: &str) -> Options {
    let mut options = Options::default();
    match words::split(text) {
        Ok(words) => {
            let mut words = words.into_iter();
            while let Some(word) = words.next() {
                if word.text == "--" {
                    options.others.extend(words);
                    break;
                }
                if let Err((kind, range)) = options.word(word, &mut words) {
                    options.fault = Some((kind, range));
                    break;
                }
            }
        }
        Err(unclosed) => options.fault = Some((FaultKind::Unclosed, unclosed.at..text.len())),
    }
    options
}

type Refused = (FaultKind, Range<usize>);

impl Options {
    fn word(&mut self, word: Word, rest: &mut impl Iterator<Item = Word>) -> Result<(), Refused> {
        if word.text.starts_with("--") {
            let (name, value) = match word.text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (&*word.text, None),
            };
            let known = long(name).map_err(|kind| (kind, word.range.clone()))?;
            return self.give(known, value, word.range, rest);
        }
        let mut letters = word.text.char_indices();
        match letters.next() {
            Some((_, '-')) if word.text.len() > 1 => {}
            _ => {
                self.others.push(word);
                return Ok(());
            }
        }
        for (at, letter) in letters {
            let Some(known) = KNOWN.iter().find(|known| known.short == Some(letter)) else {
                return Err((FaultKind::UnknownOption(format!("-{letter}")), word.range));
            };
            let attached = &word.text[at + letter.len_utf8()..];
            if known.takes_value {
                let value = (!attached.is_empty()).then(|| attached.to_owned());
                return self.give(known, value, word.range, rest);
            }
            self.give(known, None, word.range.clone(), rest)?;
        }
        Ok(())
    }

    fn give(
        &mut self,
        known: &'static Known,
        value: Option<String>,
        range: Range<usize>,
        rest: &mut impl Iterator<Item = Word>,
    ) -> Result<(), Refused> {
        let name = known.name;
        let refused = (FaultKind::Value { name, takes_value: known.takes_value }, range.clone());
        let (value, value_range) = match (known.takes_value, value) {
            (true, None) => {
                let next = rest.next().ok_or(refused)?;
                (Some(next.text), next.range)
            }
            (false, Some(_)) => return Err(refused),
            (_, value) => (value, range.clone()),
        };
        let range = range.start..value_range.end;
        self.given.push(Given { name, value, value_range, range });
        Ok(())
    }

    /// The first option of this name.
    pub(super) fn first(&self, name: &str) -> Option<&Given> {
        self.given.iter().find(|given| given.name == name)
    }
}

/// A long option by its name, or by what only its name begins with.
fn long(name: &str) -> Result<&'static Known, FaultKind> {
    let names = || {
        KNOWN.iter().flat_map(|known| {
            std::iter::once(&known.name).chain(known.others).map(move |name| (*name, known))
        })
    };
    if let Some((_, known)) = names().find(|(full, _)| *full == name) {
        return Ok(known);
    }
    let mut candidates = names().filter(|(full, _)| full.starts_with(name) && name.len() > 2);
    match (candidates.next(), candidates.next()) {
        (Some((_, known)), None) => Ok(known),
        (Some(_), Some(_)) => Err(FaultKind::AmbiguousOption(name.to_owned())),
        (None, _) => Err(FaultKind::UnknownOption(name.to_owned())),
    }
}
