//! Requirements files and what they include.

use domain::ProjectName;

use super::requirement::{Asked, judge};
use super::{Files, ObstacleKind, Pin, Pins};
use crate::requirements::{FileEncoding, Unreadable, read};

/// Finds pins in a file and in those that it includes; those that are not among `files` are wanted.
pub(super) fn find(path: &str, files: &Files, project: &ProjectName, pins: &mut Pins) {
    let mut wanted = Vec::new();
    let mut bytes = |path: &str| match files.get(path) {
        Some(Some(bytes)) => Ok(bytes.clone()),
        Some(None) => Err(Unreadable::Missing),
        None => {
            wanted.push(path.to_owned());
            Err(Unreadable::Missing)
        }
    };
    let read = read(path, &mut bytes, &|_| None);
    pins.wanted.extend(wanted);
    let Ok(requirements) = read else { return };
    for requirement in requirements.of(project) {
        let file = requirements.file(requirement.file);
        let source = &file.source;
        match judge(requirement, |span| source.slice(span).to_owned()) {
            Asked::Pinned(span, version) if file.encoding == FileEncoding::Utf8 => {
                pins.add(Pin::new(source, span, version));
            }
            Asked::Pinned(span, _) => {
                let kind = ObstacleKind::Unreadable(format!("it is {}, not UTF-8", file.encoding));
                pins.refuse(source, span, kind);
            }
            Asked::Otherwise(span, kind) => pins.refuse(source, span, kind),
            Asked::Open => {}
        }
    }
}
