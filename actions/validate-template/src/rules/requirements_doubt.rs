#![doc = include_str!("requirements_doubt.md")]

use super::{Rule, Strength, requirements_syntax};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Findings, Severity};


/// `requirements-doubt`.
pub(crate) static RULE: Rule = Rule {
    id: "requirements-doubt",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("requirements_doubt.md"),
    check,
};


fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    let Some(requirements) = &facts.requirements else { return };
    for fault in requirements.faults.iter().filter(|fault| !fault.stops_pip()) {
        findings.report(requirements_syntax::finding(&RULE, requirements, fault));
    }
}
