#![doc = include_str!("optional_key_type.md")]

use super::{Rule, Strength, key_type};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Findings, Severity};

/// `optional-key-type`.
pub(crate) static RULE: Rule = Rule {
    id: "optional-key-type",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("optional_key_type.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    key_type::check_types(&RULE, |key| !key.must_fit(), facts, contract, findings);
}
