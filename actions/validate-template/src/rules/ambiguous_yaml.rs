#![doc = include_str!("ambiguous_yaml.md")]

use template::yaml::Document;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `ambiguous-yaml`.
pub(crate) static RULE: Rule = Rule {
    id: "ambiguous-yaml",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("ambiguous_yaml.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    for disagreement in config.document.iter().flat_map(Document::disagreements) {
        let finding = Finding::new(&RULE, disagreement.to_string());
        findings.report(finding.at(&config.source, disagreement.span).help(disagreement.hint()));
    }
}
