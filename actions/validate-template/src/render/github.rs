//! For GitHub's pages: annotations beside the lines they are about.

use runner::{Annotation, Level};

use super::{line, verdict};
use crate::finding::Severity;
use crate::report::{Occurrence, Report};

/// How many errors, and how many warnings, GitHub shows of one step.
pub const ANNOTATIONS: usize = 10;

/// The report as GitHub shows it.
#[derive(Debug)]
pub struct Github {
    /// What is annotated: at most [`ANNOTATIONS`] errors and as many warnings.
    pub annotations: Vec<Annotation>,
    /// The rest, for the log; the last line is the verdict.
    pub log: Vec<String>,
}

/// Annotations for the first findings of each weight, the rest as lines of the log.
///
/// In a fleet a cause is annotated once, so that a fault that all templates share does not hide the others.
#[must_use]
pub fn github(report: &Report) -> Github {
    let ranked: Vec<(Occurrence<'_>, usize)> = if report.is_of_fleet() {
        report.clusters().iter().map(|cluster| (cluster.first(), cluster.templates())).collect()
    } else {
        report.ranked().into_iter().map(|occurrence| (occurrence, 1)).collect()
    };
    let mut left = [ANNOTATIONS; 2];
    let mut shown = Github { annotations: Vec::new(), log: Vec::new() };
    for (occurrence, templates) in ranked {
        let left = &mut left[usize::from(occurrence.1.severity() == Severity::Warning)];
        if *left > 0 {
            *left -= 1;
            shown.annotations.push(annotation(occurrence, templates));
        } else {
            shown.log.push(line(occurrence));
        }
    }
    if !shown.log.is_empty() {
        let count = shown.log.len();
        shown.log.insert(0, format!("{count} more, beyond what can be annotated:"));
    }
    shown.log.push(verdict(report));
    shown
}

fn annotation((judged, finding): Occurrence<'_>, templates: usize) -> Annotation {
    let level = match finding.severity() {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let mut message = finding.message.clone();
    if let Some(detail) = &finding.detail {
        message = format!("{message}\n{detail}");
    }
    if let Some(help) = &finding.help {
        message = format!("{message}\nhelp: {help}");
    }
    if templates > 1 {
        message = format!("{message}\n{templates} templates have this");
    }
    let mut annotation = Annotation::new(level, message).title(finding.rule.id);
    if finding.place.file().is_some() {
        annotation = annotation.file(judged.path(finding));
    }
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    if let (Some(start), Some(end)) = (finding.place.start(), finding.place.end()) {
        annotation = annotation.line(number(start.line));
        if start.line == end.line {
            let last = end.column.saturating_sub(1).max(start.column);
            annotation = annotation.columns(number(start.column), number(last));
        }
    }
    annotation
}
