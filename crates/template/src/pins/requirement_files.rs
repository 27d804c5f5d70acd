//! Requirements files and what they include.

use domain::ProjectName;
use text::Source;

use super::mention::mentions;
use super::requirement::{Asked, judge};
use super::{Allows, Files, ObstacleKind, Pin, Pins};
use crate::requirements::{Fault, FaultKind, FileEncoding, Requirements, Unreadable, read};

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
            Asked::Pinned(span, version) => {
                let kind = ObstacleKind::Unreadable(format!("it is {}, not UTF-8", file.encoding));
                pins.refuse(source, span, kind, Allows::Only(version));
            }
            Asked::Otherwise(span, kind, allows) => pins.refuse(source, span, kind, allows),
            Asked::Open => {}
        }
    }
    for fault in &requirements.faults {
        let source = &requirements.file(fault.file).source;
        if let Some(kind) = hidden(fault, &requirements, project, pins) {
            pins.refuse(source, fault.span, kind, Allows::Unknown);
        }
    }
}

/// What a fault may hide of the project: a line that names it, or a whole file.
fn hidden(
    fault: &Fault,
    requirements: &Requirements,
    project: &ProjectName,
    pins: &Pins,
) -> Option<ObstacleKind> {
    match &fault.kind {
        // it is read first
        FaultKind::Missing(path) if pins.wanted.contains(path) => None,
        FaultKind::Missing(_)
        | FaultKind::Unreadable { .. }
        | FaultKind::NotText { .. }
        | FaultKind::UnknownEncoding { .. }
        | FaultKind::Outside(_)
        | FaultKind::Remote(_)
        | FaultKind::TooManyFiles(_)
        | FaultKind::TooManyLines(_) => Some(ObstacleKind::Include(fault.to_string())),
        FaultKind::UnknownVariable(_)
        | FaultKind::Requirement(_)
        | FaultKind::UnknownOption(_)
        | FaultKind::AmbiguousOption(_)
        | FaultKind::Value { .. }
        | FaultKind::Unclosed => {
            let source = &requirements.file(fault.file).source;
            let line = logical_line(source, source.position(fault.span.start).line);
            if mentions(&line, project).next().is_some() {
                Some(ObstacleKind::Unread(fault.to_string()))
            } else if is_include(&line) {
                Some(ObstacleKind::Include(fault.to_string()))
            } else {
                None
            }
        }
        // what these say of the project is read all the same
        FaultKind::Ignored(_)
        | FaultKind::Cycle(_)
        | FaultKind::Contradiction(_)
        | FaultKind::NoHash
        | FaultKind::HashOfRange
        | FaultKind::Hash(_) => None,
    }
}

/// A line with those that it continues and that continue it.
fn logical_line(source: &Source, line: usize) -> String {
    let goes_on = |line: usize| source.line(line).is_some_and(|text| text.trim_end().ends_with('\\'));
    let first = (1..line).rev().take_while(|line| goes_on(*line)).last().unwrap_or(line);
    let lines = (first..).scan(true, |more, line| {
        let text = source.line(line).filter(|_| *more)?;
        *more = goes_on(line);
        Some(text)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_include(line: &str) -> bool {
    let line = line.trim_start();
    ["-r", "-c", "--requirement", "--constraint"].iter().any(|option| line.starts_with(option))
}
