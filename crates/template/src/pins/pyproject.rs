//! The dependencies in a pyproject.toml.
//!
//! - <https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies>
//! - <https://packaging.python.org/en/latest/specifications/dependency-groups/>

use domain::ProjectName;
use text::{Source, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::requirement::of_text;
use super::{ObstacleKind, Pins};

/// Finds pins among the dependencies.
pub(super) fn find(source: &Source, project: &ProjectName, pins: &mut Pins) {
    let document = match DeTable::parse(source.text()) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let kind = ObstacleKind::Unreadable(error.message().to_owned());
            return pins.refuse(source, Span::at(at), kind);
        }
    };
    let document = document.get_ref();
    let mut lists = Vec::new();
    if let Some(table) = table(document, "project") {
        lists.extend(table.get("dependencies"));
        lists.extend(self::table(table, "optional-dependencies").into_iter().flat_map(DeTable::values));
    }
    lists.extend(table(document, "dependency-groups").into_iter().flat_map(DeTable::values));
    for dependency in lists.into_iter().filter_map(|list| list.get_ref().as_array()).flatten() {
        requirement(dependency, source, project, pins);
    }
}

fn table<'t, 'i>(of: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    of.get(name)?.get_ref().as_table()
}

fn requirement(value: &Spanned<DeValue<'_>>, source: &Source, project: &ProjectName, pins: &mut Pins) {
    let Some(text) = value.get_ref().as_str() else { return };
    let span = Span::new(value.span().start, value.span().end);
    let written = source.slice(span);
    // a string without escapes stands in its quotes as it is
    match written.find(text) {
        Some(quote) => of_text(text, span.start + quote, project, source, pins),
        None if super::requirement::read(text).of(project).next().is_some() => {
            pins.refuse(source, span, ObstacleKind::InPieces);
        }
        None => {}
    }
}
