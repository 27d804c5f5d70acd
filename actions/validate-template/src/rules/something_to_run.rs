#![doc = include_str!("something_to_run.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{CONFIG, Facts};
use crate::finding::{Finding, Findings, Severity};

/// `something-to-run`.
pub(crate) static RULE: Rule = Rule {
    id: "something-to-run",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("something_to_run.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    if facts.lacks(CONFIG) || !facts.holds_nothing(contract) {
        return;
    }
    let message = format!("there is neither `Dockerfile` nor `requirements.txt` nor `{}`", contract.adapter.file);
    findings.report(Finding::new(&RULE, message).in_file(CONFIG).help("add what the template is made of"));
}
