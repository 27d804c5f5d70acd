//! One requirement: where its version stands.

use domain::PackageVersion;
use pep440_rs::{Operator, VersionSpecifier};
use text::{Source, Span};

use super::{Allows, ObstacleKind, Pin, Pins};
use crate::requirements::{Kind, Requirement, Requirements};

/// What a requirement of the project says of its version.
pub(super) enum Asked {
    /// One version; it stands here.
    Pinned(Span, PackageVersion),
    /// Something that decides on the version and is no pin.
    Otherwise(Span, ObstacleKind, Allows),
    /// Nothing: any version.
    Open,
}

/// Judges a requirement; `written` gives the text of a stretch of the place that its spans are of.
///
/// A marker decides nothing: where one does not hold in an image, it may hold where a server runs.
pub(super) fn judge(requirement: &Requirement, written: impl Fn(Span) -> String) -> Asked {
    if let Kind::Url(address) | Kind::Path(address) = &requirement.kind {
        let kind = ObstacleKind::Address(address.clone());
        return Asked::Otherwise(requirement.span, kind, Allows::Unknown);
    }
    let texts: Vec<&str> = requirement.specifiers.iter().map(|(text, _)| text.as_str()).collect();
    let bounded = |allows| Asked::Otherwise(requirement.span, ObstacleKind::Bounded(texts.join(",")), allows);
    let Ok(specifiers) = texts.iter().map(|text| text.parse()).collect::<Result<Vec<VersionSpecifier>, _>>()
    else {
        return bounded(Allows::Unknown);
    };
    match (specifiers.as_slice(), requirement.specifiers.as_slice()) {
        ([], _) => Asked::Open,
        ([only], [(text, span)]) if is_pin(only) => pinned(requirement, only.version(), text, *span, written),
        _ => bounded(Allows::Within(specifiers)),
    }
}

fn is_pin(specifier: &VersionSpecifier) -> bool {
    matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual)
}

fn pinned(
    requirement: &Requirement,
    version: &PackageVersion,
    text: &str,
    span: Span,
    written: impl Fn(Span) -> String,
) -> Asked {
    let only = Allows::Only(version.clone());
    if !requirement.hashes.is_empty() {
        return Asked::Otherwise(requirement.span, ObstacleKind::Hashes, only);
    }
    let number = text.trim_start_matches('=').trim_start().trim_start_matches(['v', 'V']);
    if written(span) != text {
        return Asked::Otherwise(span, ObstacleKind::InPieces, only);
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
            Asked::Otherwise(span, kind, allows) => pins.refuse(source, span.shifted(start), kind, allows),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_specifier_that_cannot_be_read_is_in_the_way_and_not_passed_over() {
        let mut requirement = read("runtime>=1.2,==1.3.0").requirements.remove(0);
        for unread in [1, 2] {
            requirement.specifiers.truncate(unread);
            requirement.specifiers[unread - 1].0 = "===ours".to_owned();
            let asked = judge(&requirement, |_| String::new());
            let Asked::Otherwise(_, ObstacleKind::Bounded(told), Allows::Unknown) = asked else {
                panic!("it decides on nothing: {:?}", requirement.specifiers)
            };
            assert!(told.ends_with("===ours"), "{told}");
            requirement = read("runtime>=1.2,==1.3.0").requirements.remove(0);
        }
    }
}
