#![doc = include_str!("adapter_syntax.md")]

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};


/// `adapter-syntax`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-syntax",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_syntax.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    if facts.adapter(contract).is_none() {
        return;
    }
    let version = contract.image.python_version();
    for file in &facts.modules {
        let at = |position| file.name_at(position);
        match &file.module {
            Err(error) => {
                let finding = Finding::new(&RULE, format!("not Python: {}", error.kind));
                findings.report(finding.at(&file.source, at(error.position)));
            }
            Ok(module) => {
                let newer = module.outline().newer_syntax.iter().find(|newer| newer.since > version);
                let Some(newer) = newer else { continue };
                let message = format!("{} on Python {version}: it came with {}", newer.what, newer.since);
                let finding = Finding::new(&RULE, message).at(&file.source, at(newer.position));
                findings.report(finding.help(format!("the image runs Python {version}: write what that version reads")));
            }
        }
    }
}
