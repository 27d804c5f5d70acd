#![doc = include_str!("key_type.md")]

use template::yaml::{Entry, Scalar, Style};
use text::{Edit, Source};

use super::{Rule, Strength};
use crate::contract::{Contract, Key, KeyType};
use crate::facts::{Facts, Reading, reading};
use crate::finding::{Finding, Findings, Severity};

/// `key-type`.
pub(crate) static RULE: Rule = Rule {
    id: "key-type",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("key_type.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    check_types(&RULE, Key::must_fit, facts, contract, findings);
}

/// Reports the keys of a kind whose values are of a wrong type.
pub(super) fn check_types(
    rule: &'static Rule,
    is_meant: impl Fn(Key) -> bool,
    facts: &Facts,
    contract: &Contract,
    findings: &mut Findings,
) {
    let Some(config) = &facts.config else { return };
    for entry in config.mapping().map_or(&[][..], |mapping| mapping.entries()) {
        let Some(name) = entry.key.as_str() else { continue };
        let Some(key) = contract.keys.get(name).filter(|key| is_meant(*key)) else { continue };
        match reading(&entry.value, key.kind) {
            Reading::Wrong => findings.report(finding(rule, &config.source, name, entry, key.kind)),
            Reading::Disputed => {}
            Reading::Fits => {
                findings.prove(rule, &config.source, entry.value.span(), format!("`{name}` is {}", key.kind));
            }
        }
    }
}

fn finding(rule: &'static Rule, source: &Source, name: &str, entry: &Entry, kind: KeyType) -> Finding {
    let value = &entry.value;
    let is = if value.is_null() { "empty".to_owned() } else { value.describe() };
    let finding = Finding::new(rule, format!("`{name}` is {is}, and must be {kind}"));
    let finding = finding.at(source, if value.span().is_empty() { entry.key.span() } else { value.span() });
    match value.as_scalar().filter(|_| kind == KeyType::Integer && value.alias_of().is_none()).and_then(quoted_number) {
        Some(number) => finding
            .help(format!("write `{name}: {number}`"))
            .fix(format!("take the quotes off `{name}`"), [Edit::replace(value.span(), number)]),
        None => match help(kind) {
            Some(help) => finding.help(help),
            None => finding,
        },
    }
}

fn help(kind: KeyType) -> Option<&'static str> {
    match kind {
        KeyType::Integer => Some("write a whole number, without quotes"),
        KeyType::String | KeyType::Text | KeyType::IntegerOrString => Some("write it in quotes"),
        KeyType::Slug => Some("write it like `claude-code`"),
        KeyType::Mapping | KeyType::Models | KeyType::Any => None,
    }
}

/// The number in quotes, as it would stand without.
fn quoted_number(scalar: &Scalar) -> Option<&str> {
    let is_quoted = matches!(scalar.style(), Style::SingleQuoted | Style::DoubleQuoted);
    let number = scalar.text();
    let is_plain = number == "0" || (!number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit()));
    (is_quoted && is_plain && (1..=9).contains(&number.len())).then_some(number)
}
