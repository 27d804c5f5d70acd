//! For a person: each finding with the lines it is about.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use text::{BYTE_ORDER_MARK, Source, Span};

use super::verdict;
use crate::finding::{Finding, Place, Severity};
use crate::report::{Cluster, Judged, Report};

/// How many lines of a long stretch are shown.
const LINES: usize = 6;

/// How many other templates are listed under a finding that several have.
const ALSO_IN: usize = 20;

/// Whether colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// None.
    Plain,
    /// ANSI's.
    Ansi,
}

/// The report for a person, whose last line is the verdict.
///
/// Findings of one cause are shown once, with the other places listed. Control characters of untrusted text are
/// made visible here, so that whatever escape sequence is in the result is paint.
#[must_use]
pub fn human(report: &Report, paint: Paint) -> String {
    let renderer = match paint {
        Paint::Plain => Renderer::plain(),
        Paint::Ansi => Renderer::styled(),
    };
    let mut text = String::new();
    if report.is_of_fleet() {
        for cluster in report.clusters() {
            text.push_str(&shown(&renderer, cluster.first(), Some(&cluster)));
            text.push_str("\n\n");
        }
    } else {
        for occurrence in report.ranked() {
            text.push_str(&shown(&renderer, occurrence, None));
            text.push_str("\n\n");
        }
    }
    text.push_str(&verdict(report));
    text
}

fn shown(
    renderer: &Renderer,
    (judged, finding): (&Judged, &Finding),
    cluster: Option<&Cluster<'_>>,
) -> String {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(harmless(&finding.message)).id(finding.rule.id).element(excerpt(
        judged,
        &finding.place,
        AnnotationKind::Primary,
        None,
    ));
    for note in &finding.notes {
        group = group.element(excerpt(judged, &note.place, AnnotationKind::Context, Some(&note.message)));
    }
    if let Some(detail) = &finding.detail {
        group = group.element(Level::NOTE.message(harmless(detail)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    if let Some(cluster) = cluster {
        group = also_in(group, cluster);
    }
    let rule = finding.rule.id;
    group = group.element(Level::NOTE.message(format!("`validate-template explain {rule}` tells why")));
    renderer.render(&[group])
}

/// Where else the same is wrong.
fn also_in<'a>(group: Group<'a>, cluster: &Cluster<'_>) -> Group<'a> {
    let others = &cluster.occurrences[1..];
    if others.is_empty() {
        return group;
    }
    let mut listed: Vec<_> = others
        .iter()
        .take(ALSO_IN)
        .map(|(judged, finding)| harmless(&super::place(judged, &finding.place)))
        .collect();
    if others.len() > ALSO_IN {
        listed.push(format!("{} more places", others.len() - ALSO_IN));
    }
    let count = cluster.templates();
    group.element(Level::NOTE.message(format!("{count} templates have this, also:\n{}", listed.join("\n"))))
}

/// The lines of a place, or its file's name where it has none.
fn excerpt<'a>(judged: &Judged, place: &Place, kind: AnnotationKind, label: Option<&str>) -> Element<'a> {
    let path = place.file().map_or_else(|| judged.folder.clone(), |file| judged.path_of(file));
    let path = harmless(&path);
    let Place::Text(source, span) = place else { return Origin::path(path).into() };
    let (lines, first) = lines(source, *span);
    let text = source.slice(lines);
    let within = Span::new(
        span.start.clamp(lines.start, lines.end) - lines.start,
        span.end.clamp(lines.start, lines.end) - lines.start,
    );
    let annotation = kind.span(within.range());
    let annotation = match label {
        Some(label) => annotation.label(harmless(label)),
        None => annotation,
    };
    Snippet::source(text.to_owned()).line_start(first).path(path).fold(false).annotation(annotation).into()
}

/// The whole lines of a span, the first few of a long one, and the number of the first.
fn lines(source: &Source, span: Span) -> (Span, usize) {
    let first = source.position(span.start).line;
    let last = source.position(span.end).line.min(first + LINES - 1);
    let line = |line| source.line_span(line).unwrap_or(Span::at(source.text().len()));
    let mut lines = line(first).to(line(last));
    if source.slice(lines).starts_with(BYTE_ORDER_MARK) {
        lines.start += BYTE_ORDER_MARK.len_utf8();
    }
    (lines, first)
}

/// Untrusted text, to be painted.
fn harmless(text: &str) -> String {
    runner::neutralise(text)
}
