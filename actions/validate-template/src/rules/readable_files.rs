#![doc = include_str!("readable_files.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `readable-files`.
pub(crate) static RULE: Rule = Rule {
    id: "readable-files",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("readable_files.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    for (path, why) in &facts.refused {
        let message = format!("`{path}` {why}");
        findings.report(Finding::new(&RULE, message).in_file(path).help(why.help()));
    }
}
