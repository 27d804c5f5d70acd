#![doc = include_str!("key_type.md")]

use template::yaml::{Entry, Node};
use text::{Edit, Source, Span};

use super::{Rule, Strength};
use crate::contract::{Contract, Key, KeyType};
use crate::facts::{Facts, Reading, is_blank, reading};
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
            Reading::Disputed if rule.severity == Severity::Warning => {}
            Reading::Disputed => findings.report(disputed(rule, &config.source, name, entry, key.kind)),
            Reading::Fits => {
                findings.prove(rule, &config.source, entry.value.span(), format!("`{name}` is {}", key.kind));
            }
        }
    }
}

fn finding(rule: &'static Rule, source: &Source, name: &str, entry: &Entry, kind: KeyType) -> Finding {
    let value = &entry.value;
    let is = match value.as_str() {
        _ if value.is_null() => "empty".to_owned(),
        Some(text) if is_blank(text) => "blank".to_owned(),
        _ => value.describe(),
    };
    let finding = Finding::new(rule, format!("`{name}` is {is}, and must be {kind}"));
    let finding = finding.at(source, if value.span().is_empty() { entry.key.span() } else { value.span() });
    if let Some((number, quoted)) = quoted_number(source, value).filter(|_| kind == KeyType::Integer) {
        return finding
            .help(format!("write `{name}: {number}`"))
            .fix(format!("take the quotes off `{name}`"), [Edit::replace(quoted, number)]);
    }
    match help(kind, value) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// A value that readers of YAML 1.1, of which the platform's is one, and of YAML 1.2 take for different things.
fn disputed(rule: &'static Rule, source: &Source, name: &str, entry: &Entry, kind: KeyType) -> Finding {
    let value = &entry.value;
    let message = format!("`{name}` is {}, and must be {kind}", value.describe());
    let finding = Finding::new(rule, message).at(source, value.span());
    match help(kind, value) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn help(kind: KeyType, value: &Node) -> Option<&'static str> {
    let is_quotable = value.as_scalar().is_some_and(|scalar| !is_blank(scalar.text()));
    match kind {
        KeyType::Integer => Some("write a whole number, without quotes"),
        KeyType::String | KeyType::Text | KeyType::IntegerOrString => is_quotable.then_some("write it in quotes"),
        KeyType::Slug => Some("write it like `claude-code`"),
        KeyType::Mapping | KeyType::Models | KeyType::Any => None,
    }
}

/// The number in quotes, as it would stand without, and where it stands with them: no comment behind it.
fn quoted_number<'a>(source: &Source, value: &'a Node) -> Option<(&'a str, Span)> {
    // By a tag it is a string without quotes, too, and an anchor's aliases may be meant as one.
    if value.tag().is_some() || is_anchored(source, value) {
        return None;
    }
    let number = value.as_scalar()?.text();
    let is_plain = number == "0" || (!number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit()));
    let written = source.slice(value.span());
    let is_quoted = ['\'', '"'].iter().any(|quote| written.starts_with(&format!("{quote}{number}{quote}")));
    let start = value.span().start;
    let quoted = Span::new(start, start + number.len() + 2);
    (is_quoted && is_plain && (1..=9).contains(&number.len())).then_some((number, quoted))
}

/// Whether other places repeat a value by a name.
fn is_anchored(source: &Source, value: &Node) -> bool {
    let text = source.text();
    let line = text[..value.span().start].rfind('\n').map_or(0, |at| at + 1);
    value.alias_of().is_some() || text[line..value.span().start].contains('&')
}
