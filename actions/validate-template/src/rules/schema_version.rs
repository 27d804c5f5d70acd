#![doc = include_str!("schema_version.md")]

use super::{Rule, Strength};
use crate::contract::{Contract, KeyType};
use crate::facts::{Facts, reads_as};
use crate::finding::{Finding, Findings, Severity};

/// `schema-version`.
pub(crate) static RULE: Rule = Rule {
    id: "schema-version",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("schema_version.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    let version = config.mapping().and_then(|mapping| mapping.value("template_schema_version"));
    let Some(version) = version.filter(|version| reads_as(version, KeyType::Integer)) else { return };
    let known = &facts.schema_versions;
    match version.as_int() {
        Some(number) if known.contains(&number) => {
            findings.prove(&RULE, &config.source, version.span(), format!("schema version {number} is known"));
        }
        _ => {
            let told = config.source.slice(version.span());
            let known = known.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
            let finding = Finding::new(&RULE, format!("there is no schema version {told}"));
            findings.report(finding.at(&config.source, version.span()).help(format!("understood: {known}")));
        }
    }
}
