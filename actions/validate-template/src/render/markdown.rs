//! For the page of a run: the step's summary.

use std::fmt::Write as _;

use runner::markdown::{code, table, text};

use super::place;
use crate::report::Report;

/// How many places of one cause are listed.
const PLACES: usize = 50;

/// The report as Markdown: every cause with its places. The runner cuts what is longer than a summary may be.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let mut page = format!("### Template contract: {}\n", text(&super::verdict(report)));
    let clusters = report.clusters();
    if clusters.is_empty() {
        return page;
    }
    let rows = clusters.iter().map(|cluster| {
        let (_, finding) = cluster.first();
        let mut places: Vec<_> = cluster
            .occurrences
            .iter()
            .take(PLACES)
            .map(|(judged, finding)| code(&place(judged, &finding.place)))
            .collect();
        if cluster.occurrences.len() > PLACES {
            places.push(format!("and {} more", cluster.occurrences.len() - PLACES));
        }
        [
            finding.severity().as_str().to_owned(),
            format!("[{}]({})", code(finding.rule.id), finding.rule.link()),
            text(&finding.message),
            places.join("<br>"),
            finding.help.as_deref().map(text).unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let _ = write!(page, "\n{}", table(["", "Rule", "What is wrong", "Where", "What mends it"], rows));
    page
}
