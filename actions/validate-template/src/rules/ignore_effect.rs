#![doc = include_str!("ignore_effect.md")]

use super::{Rule, Strength};
use crate::finding::Severity;

/// `ignore-effect`. It is judged with the comments themselves: by `ignore::apply`.
pub(crate) static RULE: Rule = Rule {
    id: "ignore-effect",
    severity: Severity::Warning,
    strength: Strength::Hard,
    page: include_str!("ignore_effect.md"),
    check: |_, _, _| {},
};
