#![doc = include_str!("deprecated_schema.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `deprecated-schema`.
pub(crate) static RULE: Rule = Rule {
    id: "deprecated-schema",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("deprecated_schema.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let (Some(config), Some(why)) = (&facts.config, &contract.deprecated) else { return };
    let entry = config.mapping().and_then(|mapping| mapping.get("template_schema_version"));
    let Some(entry) = entry.filter(|_| facts.schema_version() == Some(contract.schema_version)) else { return };
    let message = format!("schema version {} is deprecated: {why}", contract.schema_version);
    findings.report(Finding::new(&RULE, message).at(&config.source, entry.value.span()));
}
