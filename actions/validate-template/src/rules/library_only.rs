#![doc = include_str!("library_only.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{DOCKERFILE, Facts};
use crate::finding::{Finding, Findings, Severity};

/// `library-only`.
pub(crate) static RULE: Rule = Rule {
    id: "library-only",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("library_only.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    if !facts.lacks_dockerfile() || facts.holds_nothing(contract) {
        return;
    }
    let finding = Finding::new(&RULE, "there is no `Dockerfile`: nothing can be built from this template");
    findings.report(finding.in_file(DOCKERFILE).help("write one, or say in an ignore that it is a library"));
}
