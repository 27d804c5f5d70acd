#![doc = include_str!("unknown_key.md")]

use super::{Rule, Strength, nearest};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `unknown-key`.
pub(crate) static RULE: Rule = Rule {
    id: "unknown-key",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("unknown_key.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    for entry in config.mapping().map_or(&[][..], |mapping| mapping.entries()) {
        let written = config.source.slice(entry.key.span());
        let name = entry.key.as_str().unwrap_or(written);
        if contract.keys.get(name).is_some() {
            continue;
        }
        let help = match nearest(name, contract.keys.names()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("known are {}", contract.keys.names().collect::<Vec<_>>().join(", ")),
        };
        let place = entry.merged_at.unwrap_or(entry.key.span());
        let finding = Finding::new(&RULE, format!("nobody reads the key `{name}`"));
        findings.report(finding.at(&config.source, place).help(help));
    }
}
