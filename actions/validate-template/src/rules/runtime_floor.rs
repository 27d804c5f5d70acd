#![doc = include_str!("runtime_floor.md")]

use template::requirements::{Kind, Role};

use super::{Rule, Strength, runtime_installed};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `runtime-floor`.
pub(crate) static RULE: Rule = Rule {
    id: "runtime-floor",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("runtime_floor.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let distribution = contract.runtime.distribution.as_str();
    let all: Vec<_> = facts.requirements_of(distribution).collect();
    let bounds = all.iter().filter(|requirement| {
        requirement.role == Role::Constraint || runtime_installed::applies(requirement)
    });
    // A URL or a path is one exact thing, whatever its version is.
    let floor = bounds.clone().find(|requirement| {
        matches!(requirement.kind, Kind::Pinned(_) | Kind::Floor(_) | Kind::Url(_) | Kind::Path(_))
    });
    if let Some(floor) = floor {
        if let Some(source) = facts.file_of(floor.file) {
            findings.prove(&RULE, source, floor.span, "a pin, a floor, or one exact thing");
        }
        return;
    }
    for requirement in bounds.filter(|requirement| requirement.role == Role::Requirement) {
        let Some(source) = facts.file_of(requirement.file) else { continue };
        let what = match &requirement.kind {
            Kind::CapOnly(_) => "a cap and no floor",
            _ => "neither a pin nor a floor",
        };
        let finding = Finding::new(&RULE, format!("`{distribution}` has {what}")).at(source, requirement.span);
        findings.report(finding.help(format!("write `{distribution}>=…`, with the version that this was tried with")));
    }
}
