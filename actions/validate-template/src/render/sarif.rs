//! For code scanning: SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::fmt::Write as _;

use serde_json::{Value, json};
use text::{Edit, Position, Source};

use super::serial;
use crate::finding::{Finding, Fix, Place};
use crate::report::{Judged, Occurrence, Report};
use crate::rules::{RULES, Rule};

/// How many results GitHub takes of one run; of more it takes none.
pub const SARIF_RESULTS: usize = 25_000;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The file that a result is filed under which is about a template as a whole: code scanning wants one.
const WHOLE: &str = "config.yaml";

/// The report as a SARIF log with one run.
#[must_use]
pub fn sarif(report: &Report) -> String {
    let ranked = report.ranked();
    let results: Vec<_> = ranked.iter().take(SARIF_RESULTS).map(|occurrence| result(*occurrence)).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if ranked.len() > SARIF_RESULTS {
        let left_out = ranked.len() - SARIF_RESULTS;
        invocation["toolExecutionNotifications"] = json!([{
            "level": "warning",
            "message": { "text": format!("{left_out} results are left out: code scanning takes {SARIF_RESULTS}") },
        }]);
    }
    serial::json(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "validate-template",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    }))
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary() },
        "help": { "text": rule.page, "markdown": rule.page },
        "helpUri": rule.link(),
        "defaultConfiguration": { "level": rule.severity.as_str() },
    })
}

fn result((judged, finding): Occurrence<'_>) -> Value {
    let mut text = finding.message.clone();
    if let Some(detail) = &finding.detail {
        text = format!("{text}\n{detail}");
    }
    if let Some(help) = &finding.help {
        text = format!("{text}\nhelp: {help}");
    }
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule.id),
        "level": finding.severity().as_str(),
        "message": { "text": plain(&text) },
        "locations": [location(judged, &finding.place)],
    });
    if !finding.notes.is_empty() {
        let notes = finding.notes.iter().map(|note| {
            let mut location = location(judged, &note.place);
            location["message"] = json!({ "text": plain(&note.message) });
            location
        });
        result["relatedLocations"] = notes.collect();
    }
    if let Some(fix) = fixes(judged, finding) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// Text that is no link, whatever a template writes: brackets would make one, section 3.11.6.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '[' | ']' | '\\') {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

fn location(judged: &Judged, place: &Place) -> Value {
    let file = judged.path_of(place.file().unwrap_or(WHOLE));
    let mut physical = json!({ "artifactLocation": artifact(&file) });
    if let (Some(start), Some(end)) = (place.start(), place.end()) {
        physical["region"] = region(start, end);
    }
    json!({ "physicalLocation": physical })
}

fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        return json!({ "uri": format!("file://{}", uri(path)) });
    }
    json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
}

/// A path as a relative reference of <https://www.rfc-editor.org/rfc/rfc3986#section-4.2>.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

fn region(start: Position, end: Position) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn fixes(judged: &Judged, finding: &Finding) -> Option<Value> {
    let (Place::Text(source, _), Some(Fix { title, edits })) = (&finding.place, &finding.fix) else {
        return None;
    };
    let replacements: Vec<_> = edits.iter().map(|edit| replacement(source, edit)).collect();
    Some(json!({
        "description": { "text": title },
        "artifactChanges": [{
            "artifactLocation": artifact(&judged.path_of(source.path())),
            "replacements": replacements,
        }],
    }))
}

fn replacement(source: &Source, edit: &Edit) -> Value {
    json!({
        "deletedRegion": region(source.position(edit.span.start), source.position(edit.span.end)),
        "insertedContent": { "text": edit.replacement },
    })
}
