//! Lock files of uv, poetry, pdm, and by PEP 751: they hold versions with their digests, which no edit can follow.
//!
//! <https://packaging.python.org/en/latest/specifications/pylock-toml/>

use domain::{PackageVersion, ProjectName};
use text::{Source, Span};
use toml::de::{DeTable, DeValue};

use super::{Allows, ObstacleKind, Pins};

/// By what a lock says that a package is the repository's own, and not one of an index.
const OWN: [&str; 4] = ["editable", "virtual", "directory", "path"];

/// Finds the version that the project is locked at.
pub(super) fn find(source: &Source, project: &ProjectName, pins: &mut Pins) {
    let document = match DeTable::parse(source.text()) {
        Ok(document) => document,
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let kind = ObstacleKind::Unreadable(error.message().to_owned());
            return pins.refuse(source, Span::at(at), kind, Allows::Unknown);
        }
    };
    let lists = ["package", "packages"].into_iter().filter_map(|name| document.get_ref().get(name));
    let packages = lists.filter_map(|list| list.get_ref().as_array()).flatten();
    for package in packages.filter_map(|package| package.get_ref().as_table()) {
        let text =
            |key: &str| package.get(key).and_then(|value| Some((value.get_ref().as_str()?, value.span())));
        let is_named = |name: &str| name.parse::<ProjectName>().is_ok_and(|name| name == *project);
        let Some((version, span)) =
            text("name").filter(|(name, _)| is_named(name)).and_then(|_| text("version"))
        else {
            continue;
        };
        let Ok(version) = version.parse::<PackageVersion>() else { continue };
        if !is_own(package) {
            let kind = ObstacleKind::Locked(version.clone());
            pins.refuse(source, Span::new(span.start, span.end), kind, Allows::Only(version));
        }
    }
}

fn is_own(package: &DeTable<'_>) -> bool {
    let origin = package.get("source").and_then(|source| source.get_ref().as_table());
    let is_in = |table: &DeTable<'_>| OWN.iter().any(|key| table.get(*key).is_some());
    origin.is_some_and(is_in)
        || package.get("directory").is_some_and(|own| matches!(own.get_ref(), DeValue::Table(_)))
}
