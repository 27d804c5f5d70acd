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
            prose(&finding.message),
            places.join("<br>"),
            finding.help.as_deref().map(prose).unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let _ = write!(page, "\n{}", table(["", "Rule", "What is wrong", "Where", "What mends it"], rows));
    page
}

/// A message, its quotes in backticks as code. Whatever the quotes hold, each part is made harmless by itself.
fn prose(message: &str) -> String {
    let parts = message.split('`').enumerate();
    let parts = parts.map(|(index, part)| match (index % 2, part) {
        (_, "") => String::new(),
        (0, part) => spaced(part),
        (_, part) => code(part),
    });
    parts.collect()
}

/// Text whose blanks at both ends stay: they part it from what it stands between.
fn spaced(part: &str) -> String {
    let blank = |is_there: bool| if is_there { " " } else { "" };
    format!("{}{}{}", blank(part.starts_with(' ')), text(part), blank(part.ends_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_become_code_and_nothing_in_them_is_markup() {
        assert_eq!(prose("the key `a_b` is missing"), "the key `a_b` is missing");
        assert_eq!(prose("`x|<b>`, and *y*"), "`x\u{2758}<b>`, and \\*y\\*");
        assert_eq!(prose("odd ` <b>"), "odd `<b>`");
    }
}
