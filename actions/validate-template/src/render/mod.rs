//! The report for its readers: people, GitHub's pages, other programs. All of it comes from one model.

mod github;
mod human;
mod json;
mod markdown;
mod sarif;
mod serial;
mod trace;

pub use github::{ANNOTATIONS, github};
pub use human::{Paint, human};
pub use json::json;
pub use markdown::markdown;
pub use sarif::{SARIF_RESULTS, sarif};
pub use trace::trace;

use crate::finding::Place;
use crate::report::{Judged, Occurrence, Report};

/// `Dockerfile:3:7`, from where the run was started.
fn place(judged: &Judged, place: &Place) -> String {
    let path = place.file().map_or_else(|| judged.folder.clone(), |file| judged.path_of(file));
    match place.start() {
        Some(start) => format!("{path}:{start}"),
        None => path,
    }
}

/// `error[base-image]: message (Dockerfile:3:7)`: a finding in a line of a plain log.
fn line((judged, finding): Occurrence<'_>) -> String {
    format!(
        "{}[{}]: {} ({})",
        finding.severity().as_str(),
        finding.rule.id,
        finding.message,
        place(judged, &finding.place)
    )
}

/// `2 errors and 1 warning in 1 of 3 templates`: the last line of a report.
fn verdict(report: &Report) -> String {
    let tally = report.tally();
    match (report.judged.len(), report.invalid()) {
        (1, 0) => format!("valid: {tally}"),
        (1, _) => format!("not valid: {tally}"),
        (all, 0) => format!("all {all} templates are valid: {tally}"),
        (all, invalid) => format!("{invalid} of {all} templates are not valid: {tally}"),
    }
}
