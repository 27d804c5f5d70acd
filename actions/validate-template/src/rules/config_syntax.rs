#![doc = include_str!("config_syntax.md")]

use template::yaml::{Document, YamlError, YamlErrorKind};
use text::{Source, Span};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};

/// `config-syntax`.
pub(crate) static RULE: Rule = Rule {
    id: "config-syntax",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("config_syntax.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    let Some(config) = &facts.config else { return };
    match &config.document {
        Err(error) => findings.report(broken(&config.source, error)),
        Ok(document) => judge(&config.source, document, findings),
    }
}

fn broken(source: &Source, error: &YamlError) -> Finding {
    let finding = Finding::new(&RULE, error.to_string()).at(source, error.span);
    let finding = match &error.kind {
        YamlErrorKind::DuplicateKey { first, .. }
        | YamlErrorKind::DuplicateAnchor { first, .. }
        | YamlErrorKind::SeveralDocuments { first } => finding.note(source, *first, "the first is here"),
        _ => finding,
    };
    match error.hint() {
        Some(hint) => finding.help(hint),
        None => finding,
    }
}

fn judge(source: &Source, document: &Document, findings: &mut Findings) {
    let Some(root) = document.root() else {
        let finding = Finding::new(&RULE, "the file says nothing").at(source, Span::at(0));
        findings.report(finding.help("write `name`, `runtime` and `template_schema_version`"));
        return;
    };
    if root.as_mapping().is_none() {
        let message = format!("the file is {}, and must be a mapping of keys to values", root.describe());
        findings.report(Finding::new(&RULE, message).at(source, root.span()));
    }
    for tab in document.tabs() {
        let message = "a tab stands between values, at which Python's reader stops";
        findings.report(Finding::new(&RULE, message).at(source, *tab).help("write a space"));
    }
    document.each(&mut |node| {
        if let Some(why) = node.unreadable() {
            findings.report(Finding::new(&RULE, why).at(source, node.span()).help("write the value in quotes"));
        }
    });
}
