#![doc = include_str!("ambiguous_yaml.md")]

use std::collections::BTreeSet;

use template::yaml::{Document, Entry};
use text::Span;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Facts, Reading, Yaml, reading};
use crate::finding::{Finding, Findings, Severity};

/// `ambiguous-yaml`.
pub(crate) static RULE: Rule = Rule {
    id: "ambiguous-yaml",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("ambiguous_yaml.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    // Where the platform relies on a value it is an error, and `key-type` tells it.
    let told: BTreeSet<Span> = disputed(config, contract).map(|entry| entry.value.span()).collect();
    for disagreement in config.document.iter().flat_map(Document::disagreements) {
        if told.contains(&disagreement.span) {
            continue;
        }
        let finding = Finding::new(&RULE, disagreement.to_string());
        findings.report(finding.at(&config.source, disagreement.span).help(disagreement.hint()));
    }
}

/// The entries that must fit their types, and do so to some readers only.
fn disputed<'a>(config: &'a Yaml, contract: &'a Contract) -> impl Iterator<Item = &'a Entry> {
    let entries = config.mapping().map_or(&[][..], |mapping| mapping.entries()).iter();
    entries.filter(|entry| {
        let key = entry.key.as_str().and_then(|name| contract.keys.get(name)).filter(|key| key.must_fit());
        key.is_some_and(|key| reading(&entry.value, key.kind) == Reading::Disputed)
    })
}
