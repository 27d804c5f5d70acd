//! The manual: what the generator writes to `docs/rules`, `explain` prints and `rules` lists.

use std::fmt::Write as _;

use crate::rules::{RULES, Rule};

/// A page of the manual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file in `docs/rules`: `base-image.md`.
    pub file: String,
    /// Its Markdown.
    pub text: String,
}

/// Every page of `docs/rules`: one a rule, and `README.md` that lists them.
#[must_use]
pub fn pages() -> Vec<Page> {
    let index = Page { file: "README.md".to_owned(), text: index() };
    std::iter::once(index).chain(RULES.iter().map(|rule| page(rule))).collect()
}

fn page(rule: &Rule) -> Page {
    let text = format!("# `{}`\n\n*{}*\n\n{}\n", rule.id, kind(rule), rule.page.trim_end());
    Page { file: format!("{}.md", rule.id), text }
}

fn index() -> String {
    let mut text =
        "# The rules of validate-template\n\n| Rule | | Asks that |\n| --- | --- | --- |\n".to_owned();
    for rule in RULES {
        let _ = writeln!(text, "| [`{0}`]({0}.md) | {1} | {2} |", rule.id, kind(rule), rule.summary());
    }
    text
}

/// The page as `explain` prints it.
pub(crate) fn explained(rule: &Rule) -> String {
    format!("{} ({})\n\n{}", rule.id, kind(rule), rule.page.trim_end())
}

/// The list that `rules` prints.
pub(crate) fn listed() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let lines = RULES.iter().map(|rule| format!("{:width$}  {:13}  {}", rule.id, kind(rule), rule.summary()));
    lines.collect::<Vec<_>>().join("\n")
}

/// `error`, or `warning, soft` for what may be ignored.
fn kind(rule: &Rule) -> String {
    format!("{}, {}", rule.severity.as_str(), rule.strength.as_str())
}
