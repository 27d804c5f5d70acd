//! A project's name and version in any text: what no parser has read, and what decides all the same.

use std::ops::Range;

use domain::{PackageVersion, ProjectName};
use pep440_rs::VersionSpecifier;
use text::{Source, Span};

use super::{Allows, ObstacleKind, Pin, Pins};

/// The places where a text names a project: whole words, in any spelling.
pub(super) fn mentions<'t>(text: &'t str, project: &'t ProjectName) -> impl Iterator<Item = Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_part)?;
        let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
        rest = start + length;
        Some(start..rest)
    })
    .filter(|word| text[word.clone()].parse::<ProjectName>().is_ok_and(|name| name == *project))
}

/// Finds what a text says of the project's version that nobody has judged yet: `name==1.4.0` is a pin whatever command
/// it is an argument of, and any other word about the version is told. Lines that are comments say nothing.
pub(super) fn sweep(source: &Source, project: &ProjectName, judged: &[Span], pins: &mut Pins) {
    let text = source.text();
    for name in mentions(text, project) {
        let is_judged = judged.iter().any(|span| span.range().contains(&name.start));
        let line = source.line(source.position(name.start).line).unwrap_or_default();
        if is_judged || line.trim_start().starts_with('#') {
            continue;
        }
        let Some(said) = said(&text[name.end..]) else { continue };
        let place = Span::new(name.end + said.start, name.end + said.end);
        let written = &text[place.range()];
        match written.parse::<VersionSpecifier>() {
            Ok(specifier)
                if specifier.operator().to_string().starts_with("==") && !written.ends_with('*') =>
            {
                let number = written.trim_start_matches('=').trim_start().trim_start_matches(['v', 'V']);
                let at = Span::new(place.end - number.len(), place.end);
                pins.add(Pin::new(source, at, specifier.version().clone()));
            }
            Ok(specifier) => {
                let kind = ObstacleKind::Bounded(written.to_owned());
                pins.refuse(source, place, kind, Allows::Within(vec![specifier]));
            }
            Err(_) => pins.refuse(source, place, ObstacleKind::InPieces, Allows::Unknown),
        }
    }
}

/// Where a comparison stands behind a name and its extras: from its operator to the end of the version.
fn said(behind: &str) -> Option<Range<usize>> {
    let extras = match behind.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => 0,
    };
    let start = extras + behind[extras..].find(|c| c != ' ')?;
    let operator = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
    let operator = operator.iter().find(|operator| behind[start..].starts_with(**operator))?;
    let version = start + operator.len();
    let version = version + behind[version..].find(|c| c != ' ')?;
    let is_version = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '!' | '*' | '$' | '{' | '}' | '_' | '-')
    };
    let end = version + behind[version..].find(|c| !is_version(c)).unwrap_or(behind.len() - version);
    // `>` also sends what a command prints to a file
    let redirects = matches!(*operator, "<" | ">") && behind[version..end].parse::<PackageVersion>().is_err();
    (!redirects).then_some(start..end)
}
