#![doc = include_str!("adapter_syntax.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `adapter-syntax`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-syntax",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_syntax.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(adapter) = facts.adapter(contract) else { return };
    let Err(error) = &adapter.module else { return };
    let message = format!("not Python: {}", error.kind);
    findings.report(Finding::new(&RULE, message).at(&adapter.source, adapter.name_at(error.position)));
}
