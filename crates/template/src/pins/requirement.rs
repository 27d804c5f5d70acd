//! One requirement: where its version stands.

use domain::PackageVersion;
use text::{Source, Span};

use super::{ObstacleKind, Pin, Pins};
use crate::requirements::{Kind, Requirement, Requirements};

/// What a requirement of the project says of its version.
pub(super) enum Asked {
    /// One version; it stands here.
    Pinned(Span, PackageVersion),
    /// Something that decides on the version and is no pin.
    Otherwise(Span, ObstacleKind),
    /// Nothing: any version, versions in a range, or it never applies.
    Open,
}

/// Judges a requirement; `written` gives the text of a stretch of the place that its spans are of.
pub(super) fn judge(requirement: &Requirement, written: impl Fn(Span) -> String) -> Asked {
    match &requirement.kind {
        Kind::Pinned(version) => pinned(requirement, version, written),
        Kind::Url(address) | Kind::Path(address) => {
            Asked::Otherwise(requirement.span, ObstacleKind::Address(address.clone()))
        }
        Kind::Floor(_) | Kind::CapOnly(_) | Kind::Unbounded | Kind::Unsatisfiable | Kind::NeverTrue => {
            Asked::Open
        }
    }
}

fn pinned(requirement: &Requirement, version: &PackageVersion, written: impl Fn(Span) -> String) -> Asked {
    let [(text, span)] = requirement.specifiers.as_slice() else {
        let other = requirement.specifiers.iter().find(|(text, _)| !text.starts_with("=="));
        let other = other.or(requirement.specifiers.first()).map_or("", |(text, _)| text);
        return Asked::Otherwise(requirement.span, ObstacleKind::Bounded(other.to_owned()));
    };
    if !requirement.hashes.is_empty() {
        return Asked::Otherwise(requirement.span, ObstacleKind::Hashes);
    }
    let number = text.trim_start_matches('=').trim_start().trim_start_matches(['v', 'V']);
    if written(*span) != *text {
        return Asked::Otherwise(*span, ObstacleKind::InPieces);
    }
    Asked::Pinned(Span::new(span.end - number.len(), span.end), version.clone())
}

/// Judges what stands on its own as a requirement, from `start` of the file on; whatever is none is passed over.
pub(super) fn of_text(
    text: &str,
    start: usize,
    project: &domain::ProjectName,
    source: &Source,
    pins: &mut Pins,
) {
    for requirement in read(text).of(project) {
        match judge(requirement, |span| slice(text, span)) {
            Asked::Pinned(span, version) => pins.add(Pin::new(source, span.shifted(start), version)),
            Asked::Otherwise(span, kind) => pins.refuse(source, span.shifted(start), kind),
            Asked::Open => {}
        }
    }
}

/// Reads a requirement that stands outside of a requirements file by the rules of one. Options, comments and
/// includes begin no requirement.
pub(super) fn read(text: &str) -> Requirements {
    if text.starts_with(['-', '#']) || text.contains(['\n', '\r', '\\']) {
        return Requirements::default();
    }
    let mut bytes = |_: &str| Ok(text.as_bytes().to_vec());
    crate::requirements::read("", &mut bytes, &|_| None).unwrap_or_default()
}

pub(super) fn slice(text: &str, span: Span) -> String {
    text.get(span.range()).unwrap_or_default().to_owned()
}
