#![doc = include_str!("ignore_reason.md")]

use super::{Rule, Strength};
use crate::finding::Severity;

/// `ignore-reason`. It is judged with the comments themselves: by `ignore::apply`.
pub(crate) static RULE: Rule = Rule {
    id: "ignore-reason",
    severity: Severity::Warning,
    strength: Strength::Hard,
    page: include_str!("ignore_reason.md"),
    check: |_, _, _| {},
};
