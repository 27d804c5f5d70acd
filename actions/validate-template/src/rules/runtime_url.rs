#![doc = include_str!("runtime_url.md")]

use template::requirements::Kind;

use super::{Rule, Strength, runtime_installed};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `runtime-url`.
pub(crate) static RULE: Rule = Rule {
    id: "runtime-url",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("runtime_url.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let distribution = contract.runtime.distribution.as_str();
    for requirement in facts.requirements_of(distribution).filter(|found| runtime_installed::applies(found)) {
        let Some(source) = facts.file_of(requirement.file) else { continue };
        let what = match &requirement.kind {
            Kind::Url(_) => "an address",
            Kind::Path(_) => "a path",
            _ => continue,
        };
        let message = format!("`{distribution}` comes from {what}, which has no version to raise");
        let finding = Finding::new(&RULE, message).at(source, requirement.span);
        findings.report(finding.help(format!("write `{distribution}>=…`")));
    }
}
