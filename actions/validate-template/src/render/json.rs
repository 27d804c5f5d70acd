//! For programs.

use serde::Serialize;

use super::serial;
use crate::finding::{Finding, Place, Severity};
use crate::report::{Judged, Report};

#[derive(Serialize)]
struct Root {
    /// Of this format: it grows when a reader of the old one would misread it.
    format: u32,
    valid: bool,
    errors: usize,
    warnings: usize,
    templates: Vec<Template>,
}

#[derive(Serialize)]
struct Template {
    path: String,
    valid: bool,
    findings: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    rule: &'static str,
    severity: &'static str,
    message: String,
    #[serde(flatten)]
    place: Where,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    link: String,
    fixable: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Explanation>,
}

#[derive(Serialize)]
struct Explanation {
    message: String,
    #[serde(flatten)]
    place: Where,
}

/// Lines and columns count from 1, columns in characters; the end column is that after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Where {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

/// The report as JSON.
#[must_use]
pub fn json(report: &Report) -> String {
    serial::json(&Root {
        format: 1,
        valid: report.invalid() == 0,
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        templates: report.judged.iter().map(|judged| template(report, judged)).collect(),
    })
}

fn template(report: &Report, judged: &Judged) -> Template {
    Template {
        path: judged.folder.clone(),
        valid: report.is_valid(judged),
        findings: judged.findings.iter().map(|finding| entry(judged, finding)).collect(),
    }
}

fn entry(judged: &Judged, finding: &Finding) -> Entry {
    let notes = finding.notes.iter();
    Entry {
        rule: finding.rule.id,
        severity: finding.severity().as_str(),
        message: finding.message.clone(),
        place: place(judged, &finding.place),
        help: finding.help.clone(),
        detail: finding.detail.clone(),
        link: finding.rule.link(),
        fixable: finding.fix.is_some(),
        notes: notes
            .map(|note| Explanation { message: note.message.clone(), place: place(judged, &note.place) })
            .collect(),
    }
}

fn place(judged: &Judged, place: &Place) -> Where {
    let (start, end) = (place.start(), place.end());
    Where {
        file: place.file().map(|file| judged.path_of(file)),
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        end_line: end.map(|end| end.line),
        end_column: end.map(|end| end.column),
    }
}
