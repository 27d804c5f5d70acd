#![doc = include_str!("dockerfile_oddity.md")]

use super::{Rule, Strength, dockerfile_syntax};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Findings, Severity};


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
}
