#![doc = include_str!("secret.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `secret`.
pub(crate) static RULE: Rule = Rule {
    id: "secret",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("secret.md"),
    check,
};


fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    for leak in &facts.scanned.leaks {
        let finding = Finding::new(&RULE, format!("{}: `{}`", leak.secret.kind, leak.secret.redacted));
        findings.report(Finding { place: leak.place.clone(), ..finding.help(leak.secret.kind.hint()) });
    }
}
