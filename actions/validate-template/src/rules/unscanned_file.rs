#![doc = include_str!("unscanned_file.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `unscanned-file`.
pub(crate) static RULE: Rule = Rule {
    id: "unscanned-file",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("unscanned_file.md"),
    check,
};


fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    for (path, why) in &facts.scanned.unscanned {
        let finding = Finding::new(&RULE, format!("`{path}` was not looked through for credentials: it {why}"));
        findings.report(finding.in_file(path).help("keep data out of the template"));
    }
    for gap in &facts.listing.gaps {
        let shown = if gap.is_empty() { "the folder itself" } else { gap };
        findings.report(Finding::new(&RULE, format!("{shown} could not be listed")));
    }
}
