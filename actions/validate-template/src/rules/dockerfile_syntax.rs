#![doc = include_str!("dockerfile_syntax.md")]

use template::shell::ProblemKind;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `dockerfile-syntax`.
pub(crate) static RULE: Rule = Rule {
    id: "dockerfile-syntax",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("dockerfile_syntax.md"),
    check,
};


fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    report(&RULE, true, facts, findings);
    let Some(built) = &facts.dockerfile else { return };
    for problem in built.runs().iter().flat_map(|step| &step.problems) {
        // A here-document without its end is read to the end of the text, with a warning.
        if matches!(problem.kind, ProblemKind::Unclosed(what) if what != "<<") {
            let finding = Finding::new(&RULE, format!("the shell stops here: {}", problem.kind));
            findings.report(finding.at(&built.source, problem.span).help("close it, or quote it"));
        }
    }
    for fault in built.image.iter().flat_map(|image| &image.faults) {
        let finding = Finding::new(&RULE, fault.to_string()).at(&built.source, fault.span);
        findings.report(match fault.kind.hint() {
            Some(hint) => finding.help(hint),
            None => finding,
        });
    }
}

/// Reports the problems of the Dockerfile that stop a build, or those that do not.
pub(super) fn report(rule: &'static Rule, stops_build: bool, facts: &Facts, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    for problem in built.dockerfile.problems.iter().filter(|problem| problem.stops_build() == stops_build) {
        let finding = Finding::new(rule, problem.kind.to_string()).at(&built.source, problem.span);
        findings.report(match problem.kind.hint() {
            Some(hint) => finding.help(hint),
            None => finding,
        });
    }
}
