#![doc = include_str!("known_runtime.md")]

use super::{Rule, Strength, nearest};
use crate::contract::{Contract, KeyType};
use crate::facts::{Facts, reads_as};
use crate::finding::{Finding, Findings, Severity};

/// `known-runtime`.
pub(crate) static RULE: Rule = Rule {
    id: "known-runtime",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("known_runtime.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    let runtime = config.mapping().and_then(|mapping| mapping.value("runtime"));
    let Some(runtime) = runtime.filter(|runtime| reads_as(runtime, KeyType::Slug)) else { return };
    let Some(name) = runtime.as_str() else { return };
    if contract.runtimes.iter().any(|known| known == name) {
        findings.prove(&RULE, &config.source, runtime.span(), format!("the platform knows `{name}`"));
        return;
    }
    let help = match nearest(name, contract.runtimes.iter().map(String::as_str)) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("known are {}; ignore this rule for a runtime of your own", contract.runtimes.join(", ")),
    };
    let finding = Finding::new(&RULE, format!("the platform does not know the runtime `{name}`"));
    findings.report(finding.at(&config.source, runtime.span()).help(help));
}
