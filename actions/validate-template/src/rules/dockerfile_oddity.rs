#![doc = include_str!("dockerfile_oddity.md")]

use super::{Rule, Strength, dockerfile_syntax};
use crate::contract::Contract;
use crate::facts::{DOCKERFILE, Facts, LOWER_DOCKERFILE};
use crate::finding::{Finding, Findings, Severity};

/// `dockerfile-oddity`.
pub(crate) static RULE: Rule = Rule {
    id: "dockerfile-oddity",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("dockerfile_oddity.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    dockerfile_syntax::report(&RULE, false, facts, findings);
    if facts.dockerfile.as_ref().is_some_and(|built| built.source.path() == LOWER_DOCKERFILE) {
        let message = format!(
            "the file is named `{LOWER_DOCKERFILE}`: Docker falls back to it, and other builders do not"
        );
        let finding = Finding::new(&RULE, message).in_file(LOWER_DOCKERFILE);
        findings.report(finding.help(format!("rename it to `{DOCKERFILE}`")));
    }
}
