//! From file to file.

use std::collections::BTreeSet;

use text::{Source, Span};

use super::decode::{Undecodable, decode};
use super::marker::Interpreter;
use super::options::{self, Given, Options};
use super::parse::{self, Place};
use super::{Fault, FaultKind, File, FileId, Requirements, Role, Setting, conflict, lines, path};
use crate::Mapped;

/// As many files as are read.
const MOST_FILES: usize = 64;
/// As many lines as are read, of all files together.
const MOST_LINES: usize = 20_000;

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not there.
    Missing,
    /// It is there; these words say what keeps it from being read.
    Refused(String),
}

/// Reads a requirements file and those that it includes.
///
/// `path` and the paths that `bytes` is asked for lead from the repository's root, without `.` and `..`. `variables`
/// gives the values that `${NAME}` has where pip runs, as far as they are known. The caller bounds the sizes of files.
///
/// # Errors
/// When the first file cannot be read; of those that it includes, that is a [`Fault`].
pub fn read(
    path: &str,
    bytes: &mut dyn FnMut(&str) -> Result<Vec<u8>, Unreadable>,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<Requirements, Unreadable> {
    read_for(Interpreter::default(), path, bytes, variables)
}

/// The same for another Python than the first contract's.
///
/// # Errors
/// As of [`read`].
pub fn read_for(
    python: Interpreter,
    path: &str,
    bytes: &mut dyn FnMut(&str) -> Result<Vec<u8>, Unreadable>,
    variables: &dyn Fn(&str) -> Option<String>,
) -> Result<Requirements, Unreadable> {
    let first = bytes(path)?;
    let mut reading = Reading {
        python,
        bytes,
        variables,
        open: Vec::new(),
        seen: BTreeSet::new(),
        lines: 0,
        found: Requirements::default(),
    };
    reading.file(path, first, Role::Requirement, None);
    conflict::check(&mut reading.found);
    Ok(reading.found)
}

struct Reading<'a> {
    python: Interpreter,
    bytes: &'a mut dyn FnMut(&str) -> Result<Vec<u8>, Unreadable>,
    variables: &'a dyn Fn(&str) -> Option<String>,
    /// The files that include each other down to this one.
    open: Vec<String>,
    seen: BTreeSet<(String, Role)>,
    /// How many lines have been read.
    lines: usize,
    found: Requirements,
}

impl Reading<'_> {
    fn file(&mut self, path: &str, bytes: Vec<u8>, role: Role, included_at: Option<(FileId, Span)>) {
        let id = FileId(self.found.files.len());
        let (text, encoding, fault) = match decode(bytes) {
            Ok((text, encoding)) => (text, encoding, None),
            Err(why) => (String::new(), super::FileEncoding::Utf8, Some(why)),
        };
        let source = Source::new(path, text);
        self.found.files.push(File { source: source.clone(), encoding, role, included_at });
        if let Some(why) = fault {
            let path = path.to_owned();
            let kind = match why {
                Undecodable::Bytes(encoding) => FaultKind::NotText { path, encoding: encoding.to_string() },
                Undecodable::Unknown(encoding) => FaultKind::UnknownEncoding { path, encoding },
            };
            self.fault(id, Span::at(0), kind);
            return;
        }
        self.open.push(path.to_owned());
        let (lines, left_out) = lines::logical(source.text(), self.variables, MOST_LINES - self.lines);
        self.lines += lines.len();
        for line in &lines {
            self.line(line, Place { file: id, role, python: self.python });
        }
        if let Some(span) = left_out {
            self.fault(id, span, FaultKind::TooManyLines(MOST_LINES));
        }
        self.open.pop();
    }

    fn fault(&mut self, file: FileId, span: Span, kind: FaultKind) {
        self.found.faults.push(Fault { file, span, kind });
    }

    fn line(&mut self, line: &Mapped, place: Place) {
        let start = options_start(line.text());
        let rest = line.slice(start..line.text().len());
        let options = if rest.text().is_empty() { Options::default() } else { options::read(rest.text()) };
        if let Some((kind, range)) = options.fault.clone() {
            self.fault(place.file, rest.span_of(range), kind);
            return;
        }
        for word in &options.others {
            self.fault(place.file, rest.span_of(word.range.clone()), FaultKind::Ignored(word.text.clone()));
        }
        let required = line.slice(0..start);
        let required = required.trimmed();
        if required.text().is_empty() {
            self.option_line(&options, &rest, place);
        } else {
            self.requirement(&required, &options, &rest, place);
        }
    }

    fn requirement(&mut self, required: &Mapped, options: &Options, rest: &Mapped, place: Place) {
        for given in options.given.iter().filter(|given| !is_of_requirement(given.name)) {
            let span = rest.span_of(given.range.clone());
            self.fault(place.file, span, FaultKind::Ignored(rest.text()[given.range.clone()].to_owned()));
        }
        match parse::requirement(required, place) {
            Ok(mut requirement) => {
                requirement.hashes = hashes(options);
                self.found.requirements.push(requirement);
            }
            Err((why, range)) => {
                let unknown =
                    lines::variable(&required.text()[range.start..]).map(|name| format!("${{{name}}}"));
                let kind = unknown.map_or(FaultKind::Requirement(why), FaultKind::UnknownVariable);
                self.fault(place.file, required.span_of(range), kind);
            }
        }
    }

    /// A line that begins with an option: an `-e`, an include, or settings.
    fn option_line(&mut self, options: &Options, rest: &Mapped, place: Place) {
        let of = |name| options.first(name);
        if let Some(given) = of("--editable") {
            let value = given.value.clone().unwrap_or_default();
            let line = rest.slice(given.range.clone());
            self.found.requirements.push(parse::editable(&value, &line, place));
            self.ignore_others(options, given, rest, place);
        } else if let Some(given) = of("--requirement").or_else(|| of("--constraint")) {
            let role = if given.name == "--requirement" { Role::Requirement } else { Role::Constraint };
            self.include(given, role, rest, place);
            self.ignore_others(options, given, rest, place);
        } else {
            let settings = options.given.iter().map(|given| Setting {
                file: place.file,
                name: given.name,
                value: given.value.clone(),
                span: rest.span_of(given.range.clone()),
            });
            self.found.settings.extend(settings);
        }
    }

    /// pip takes the first `-e`, `-r` or `-c` of a line and nothing else.
    fn ignore_others(&mut self, options: &Options, taken: &Given, rest: &Mapped, place: Place) {
        for given in options.given.iter().filter(|given| given.range != taken.range) {
            if given.name != "--config-settings" || taken.name != "--editable" {
                let span = rest.span_of(given.range.clone());
                self.fault(place.file, span, FaultKind::Ignored(rest.text()[given.range.clone()].to_owned()));
            }
        }
    }

    fn include(&mut self, given: &Given, role: Role, rest: &Mapped, place: Place) {
        let value = given.value.as_deref().unwrap_or_default();
        let span = rest.span_of(given.value_range.clone());
        let from = self.open.last().cloned().unwrap_or_default();
        let unknown = value.match_indices("${").find_map(|(at, _)| lines::variable(&value[at..]));
        let refused = if let Some(name) = unknown {
            FaultKind::UnknownVariable(format!("${{{name}}}"))
        } else if path::is_remote(value) {
            FaultKind::Remote(value.to_owned())
        } else if let Some(path) = domain::path_from(&from, value) {
            match self.open_include(&path, role, (place.file, span)) {
                Ok(()) => return,
                Err(kind) => kind,
            }
        } else {
            FaultKind::Outside(value.to_owned())
        };
        self.fault(place.file, span, refused);
    }

    fn open_include(&mut self, path: &str, role: Role, at: (FileId, Span)) -> Result<(), FaultKind> {
        if self.open.iter().any(|open| open == path) {
            return Err(FaultKind::Cycle(path.to_owned()));
        }
        if !self.seen.insert((path.to_owned(), role)) {
            // read before, for the same purpose: a second time says nothing new
            return Ok(());
        }
        if self.found.files.len() == MOST_FILES {
            return Err(FaultKind::TooManyFiles(MOST_FILES));
        }
        match (self.bytes)(path) {
            Ok(bytes) => {
                self.file(path, bytes, role, Some(at));
                Ok(())
            }
            Err(Unreadable::Missing) => Err(FaultKind::Missing(path.to_owned())),
            Err(Unreadable::Refused(why)) => Err(FaultKind::Unreadable { path: path.to_owned(), why }),
        }
    }
}

/// Where the options of a line begin: at the first word, by spaces, that begins with a dash.
fn options_start(text: &str) -> usize {
    let mut start = 0;
    for word in text.split(' ') {
        if word.starts_with('-') {
            return start;
        }
        start += word.len() + 1;
    }
    text.len()
}

fn is_of_requirement(name: &str) -> bool {
    matches!(name, "--hash" | "--global-option" | "--config-settings")
}

fn hashes(options: &Options) -> Vec<String> {
    let given = options.given.iter().filter(|given| given.name == "--hash");
    given.filter_map(|given| given.value.clone()).collect()
}
