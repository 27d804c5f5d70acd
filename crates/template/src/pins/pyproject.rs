//! The dependencies in a pyproject.toml.
//!
//! - <https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies>
//! - <https://packaging.python.org/en/latest/specifications/dependency-groups/>

use domain::ProjectName;
use text::{Source, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::poetry::{self, Constraint};
use super::requirement::of_text;
use super::{Allows, ObstacleKind, Pin, Pins};

/// Finds pins among the dependencies.
pub(super) fn find(source: &Source, project: &ProjectName, pins: &mut Pins) {
    let document = match DeTable::parse(source.text()) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let kind = ObstacleKind::Unreadable(error.message().to_owned());
            return pins.refuse(source, Span::at(at), kind, Allows::Unknown);
        }
    };
    for (key, value) in document.get_ref() {
        strings(value, &mut vec![key.get_ref()], source, project, pins);
    }
}

/// Looks at every text, wherever a tool keeps its lists: one that reads as a requirement of the project is one.
fn strings<'t>(
    value: &'t Spanned<DeValue<'_>>,
    path: &mut Vec<&'t str>,
    source: &Source,
    project: &ProjectName,
    pins: &mut Pins,
) {
    match value.get_ref() {
        DeValue::Array(values) => values.iter().for_each(|value| strings(value, path, source, project, pins)),
        DeValue::Table(table) => {
            for (key, value) in table {
                path.push(key.get_ref());
                if is_poetrys(path, project) {
                    of_poetry(value, source, pins);
                } else {
                    strings(value, path, source, project, pins);
                }
                path.pop();
            }
        }
        DeValue::String(text) => requirement(text, value, source, project, pins),
        _ => {}
    }
}

/// Whether a key is the project among poetry's dependencies: `tool.poetry.group.dev.dependencies.name`.
fn is_poetrys(path: &[&str], project: &ProjectName) -> bool {
    let [first, second, .., list, name] = path else { return false };
    (*first, *second) == ("tool", "poetry")
        && list.ends_with("dependencies")
        && name.parse::<ProjectName>().is_ok_and(|name| name == *project)
}

/// `name = "1.4.0"`, or `name = { version = "1.4.0", … }`. Of a list, one for each case that markers tell apart, no single
/// version follows.
fn of_poetry(value: &Spanned<DeValue<'_>>, source: &Source, pins: &mut Pins) {
    let version = match value.get_ref() {
        DeValue::Table(table) => table.get("version"),
        _ => Some(value),
    };
    let text = version.and_then(|version| Some((version.span(), version.get_ref().as_str()?)));
    let Some((span, text)) = text.map(|(span, text)| (Span::new(span.start, span.end), text)) else {
        let span = Span::new(value.span().start, value.span().end);
        let written = source.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let is_list = value.get_ref().is_array();
        let kind = if is_list { ObstacleKind::Bounded(written) } else { ObstacleKind::Address(written) };
        return pins.refuse(source, span, kind, Allows::Unknown);
    };
    match (poetry::read(text), source.slice(span).find(text)) {
        (Constraint::Exact(at, version), Some(quote)) => {
            let end = span.start + quote + text.len();
            pins.add(Pin::new(source, Span::new(span.start + quote + at, end), version));
        }
        (Constraint::Exact(_, version), None) => {
            pins.refuse(source, span, ObstacleKind::InPieces, Allows::Only(version));
        }
        (Constraint::Within(specifiers), _) if specifiers.is_empty() => {}
        (Constraint::Within(specifiers), _) => {
            pins.refuse(source, span, ObstacleKind::Bounded(text.to_owned()), Allows::Within(specifiers));
        }
        (Constraint::Unknown, _) => {
            pins.refuse(source, span, ObstacleKind::Bounded(text.to_owned()), Allows::Unknown);
        }
    }
}

fn requirement(
    text: &str,
    value: &Spanned<DeValue<'_>>,
    source: &Source,
    project: &ProjectName,
    pins: &mut Pins,
) {
    let span = Span::new(value.span().start, value.span().end);
    let written = source.slice(span);
    // a string without escapes stands in its quotes as it is
    match written.find(text) {
        Some(quote) => of_text(text, span.start + quote, project, source, pins),
        None if super::requirement::read(text).of(project).next().is_some() => {
            pins.refuse(source, span, ObstacleKind::InPieces, Allows::Unknown);
        }
        None => {}
    }
}
