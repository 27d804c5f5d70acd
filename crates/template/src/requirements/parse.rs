//! One requirement: a name with its versions, an address, or a path.

use std::ops::Range;
use std::str::FromStr;

use domain::ProjectName;
use pep440_rs::VersionSpecifier;

use super::cursor::Cursor;
use super::marker::{self, Interpreter, Marker, Truth};
use super::{FileId, Kind, Requirement, Role, bounds, target};
use crate::Mapped;
use crate::mapped::trimmed;

/// What is wrong with a requirement, and which bytes of its text.
pub(super) type Refused = (String, Range<usize>);

/// Where a requirement stands and what for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) role: Role,
    pub(super) python: Interpreter,
}

/// Reads what stands on a line in front of its options.
pub(super) fn requirement(line: &Mapped, place: Place) -> Result<Requirement, Refused> {
    let text = line.text();
    let separator = if target::is_url(text) { "; " } else { ";" };
    let (body, condition) = match text.find(separator) {
        Some(at) => (0..at, Some(at + separator.len()..text.len())),
        None => (0..text.len(), None),
    };
    let body = trimmed(text, body);
    let mut requirement = blank(line, place);
    let part = &text[body.clone()];
    if target::is_url(part) {
        requirement.name = target::project(part);
        requirement.kind = Kind::Url(part.to_owned());
    } else if target::is_path(part) {
        of_path(&mut requirement, part);
    } else {
        let shift = |(why, range): Refused| (why, body.start + range.start..body.start + range.end);
        named(&mut requirement, line, part, body.start).map_err(shift)?;
    }
    if let Some(condition) = condition.map(|range| trimmed(text, range)).filter(|range| !range.is_empty()) {
        let holds = marker::judge(&text[condition.clone()], place.python);
        let holds = holds.map_err(|(why, at)| (why, condition.start + at..condition.end))?;
        let span = line.span_of(condition.clone());
        requirement.marker = Some(Marker { text: text[condition].to_owned(), span, holds });
        if holds == Truth::Never {
            requirement.kind = Kind::NeverTrue;
        }
    }
    Ok(requirement)
}

/// Reads the value of an `-e`.
pub(super) fn editable(value: &str, line: &Mapped, place: Place) -> Requirement {
    let mut requirement = blank(line, place);
    requirement.editable = true;
    if target::is_url(value) {
        requirement.name = target::project(value);
        requirement.kind = Kind::Url(value.to_owned());
    } else {
        of_path(&mut requirement, value);
    }
    requirement
}

fn blank(line: &Mapped, place: Place) -> Requirement {
    Requirement {
        file: place.file,
        span: line.span(),
        name: None,
        name_span: None,
        extras: Vec::new(),
        kind: Kind::Unbounded,
        specifiers: Vec::new(),
        marker: None,
        role: place.role,
        editable: false,
        hashes: Vec::new(),
    }
}

fn of_path(requirement: &mut Requirement, path: &str) {
    let (path, extras) = target::without_extras(path);
    requirement.extras = extras.split(',').filter_map(|extra| extra.trim().parse().ok()).collect();
    requirement.name = target::wheel(path);
    requirement.kind = Kind::Path(path.to_owned());
}

/// `name [extras] @ address`, `name [extras] specifiers`.
fn named(requirement: &mut Requirement, line: &Mapped, text: &str, from: usize) -> Result<(), Refused> {
    let mut cursor = Cursor::new(text);
    let name = identifier(&mut cursor, "a project's name")?;
    requirement.name_span = Some(line.span_of(from..from + cursor.at));
    requirement.name = Some(name);
    cursor.space();
    requirement.extras = extras(&mut cursor)?;
    cursor.space();
    if cursor.take("@") {
        cursor.space();
        let address = cursor.take_while(|c| !matches!(c, ' ' | '\t'));
        cursor.space();
        if address.is_empty() || !cursor.is_done() {
            return Err((
                format!("expected one address behind `@`, found {}", cursor.found()),
                cursor.at..text.len(),
            ));
        }
        requirement.kind = Kind::Url(address.to_owned());
        return Ok(());
    }
    let brackets = cursor.take("(");
    let mut specifiers = Vec::new();
    loop {
        cursor.space();
        let start = cursor.at;
        if !cursor.rest().starts_with(['=', '!', '~', '<', '>']) {
            break;
        }
        cursor.take_while(|c| matches!(c, '=' | '!' | '~' | '<' | '>'));
        cursor.space();
        cursor.take_while(|c| !matches!(c, ' ' | '\t' | ',' | ')'));
        let written = &text[start..cursor.at];
        let specifier = VersionSpecifier::from_str(written);
        specifiers.push(specifier.map_err(|why| (why.to_string(), start..cursor.at))?);
        requirement.specifiers.push((written.to_owned(), line.span_of(from + start..from + cursor.at)));
        cursor.space();
        if !cursor.take(",") {
            break;
        }
    }
    cursor.space();
    if brackets && !cursor.take(")") {
        return Err((format!("expected `)`, found {}", cursor.found()), cursor.at..text.len()));
    }
    cursor.space();
    if !cursor.is_done() {
        return Err((
            format!("expected a version such as `>=1.2`, found {}", cursor.found()),
            cursor.at..text.len(),
        ));
    }
    requirement.kind = bounds::kind(&specifiers);
    Ok(())
}

fn identifier(cursor: &mut Cursor<'_>, what: &str) -> Result<ProjectName, Refused> {
    let start = cursor.at;
    let word = cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    word.parse().map_err(|_| match word {
        "" => (format!("expected {what}, found {}", cursor.found()), start..cursor.text.len()),
        _ => (format!("`{word}` is not {what}"), start..cursor.at),
    })
}

fn extras(cursor: &mut Cursor<'_>) -> Result<Vec<ProjectName>, Refused> {
    let mut extras = Vec::new();
    if !cursor.take("[") {
        return Ok(extras);
    }
    cursor.space();
    while !cursor.take("]") {
        if !extras.is_empty() && !cursor.take(",") {
            return Err((
                format!("expected `,` or `]`, found {}", cursor.found()),
                cursor.at..cursor.text.len(),
            ));
        }
        cursor.space();
        extras.push(identifier(cursor, "an extra's name")?);
        cursor.space();
    }
    Ok(extras)
}
