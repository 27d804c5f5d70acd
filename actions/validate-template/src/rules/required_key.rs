#![doc = include_str!("required_key.md")]

use text::Span;

use super::{Rule, Strength};
use crate::contract::{Contract, KeyType};
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `required-key`.
pub(crate) static RULE: Rule = Rule {
    id: "required-key",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("required_key.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    let Some(mapping) = config.mapping() else { return };
    for key in contract.keys.required() {
        if let Some(entry) = mapping.get(key) {
            findings.prove(&RULE, &config.source, entry.span(), format!("`{key}` is here"));
            continue;
        }
        let start = mapping.entries().first().map_or(Span::at(0), |entry| entry.key.span());
        let example = match contract.keys.get(key).map(|key| key.kind) {
            Some(KeyType::Integer) => contract.schema_version.to_string(),
            Some(KeyType::Slug) => contract.runtimes.first().cloned().unwrap_or_default(),
            _ => "…".to_owned(),
        };
        let finding = Finding::new(&RULE, format!("the key `{key}` is missing"));
        findings.report(finding.at(&config.source, Span::at(start.start)).help(format!("write `{key}: {example}`")));
    }
}
