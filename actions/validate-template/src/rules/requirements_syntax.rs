#![doc = include_str!("requirements_syntax.md")]

use template::requirements::{Fault, Requirements};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts};
use crate::finding::{Finding, Findings, Severity};

/// How many included files are looked for in the image.
const MOST_LOOKED_FOR: usize = 8;

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
    let built = facts.dockerfile.as_ref();
    let is_elsewhere = built.is_some_and(Built::lists_are_not_for_pip);
    let stops = |fault: &&Fault| fault.stops_pip() && !(is_elsewhere && fault.is_of_hashes());
    for fault in requirements.faults.iter().filter(stops) {
        findings.report(finding(&RULE, requirements, fault));
    }
    for included in requirements.files.iter().take(MOST_LOOKED_FOR) {
        let (Some((list, span)), Some(built)) = (included.included_at, built) else { continue };
        let (list, path) = (&requirements.file(list).source, included.source.path());
        // Where it stands beside the list, as it is in the template.
        let is_first = list.path() == requirements.files[0].source.path();
        if is_first && built.lacks_include(list.path(), path, &facts.folder) {
            let message = format!("`{path}` is not beside `{}` when pip reads it in the image", list.path());
            findings
                .report(Finding::new(&RULE, message).at(list, span).help(format!("copy `{path}` as well")));
        }
    }
}

/// What a fault is to a rule.
pub(super) fn finding(rule: &'static Rule, requirements: &Requirements, fault: &Fault) -> Finding {
    let source = &requirements.file(fault.file).source;
    Finding::new(rule, fault.to_string()).at(source, fault.span).help(fault.hint())
}
