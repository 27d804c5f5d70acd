#![doc = include_str!("requirements_syntax.md")]

use template::requirements::{Fault, Requirements};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `requirements-syntax`.
pub(crate) static RULE: Rule = Rule {
    id: "requirements-syntax",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("requirements_syntax.md"),
    check,
};


fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    let Some(requirements) = &facts.requirements else { return };
    for fault in requirements.faults.iter().filter(|fault| fault.stops_pip()) {
        findings.report(finding(&RULE, requirements, fault));
    }
}

/// What a fault is to a rule.
pub(super) fn finding(rule: &'static Rule, requirements: &Requirements, fault: &Fault) -> Finding {
    let source = &requirements.file(fault.file).source;
    Finding::new(rule, fault.to_string()).at(source, fault.span).help(fault.hint())
}
