#![doc = include_str!("probe_adapter.md")]

use super::{Rule, Strength};
use crate::contract::{Adapter, Contract};
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Severity};
use crate::probe::ProbedAdapter;

/// `probe-adapter`.
pub(crate) static RULE: Rule = Rule {
    id: "probe-adapter",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("probe_adapter.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(probed) = facts.probe.as_ref().and_then(|probe| probe.adapter.as_ref()) else { return };
    let wanted = &contract.adapter;
    for (message, help) in wrong(probed, wanted, !facts.lacks(&wanted.file)) {
        let finding = Finding::new(&RULE, message).in_file(&wanted.file).help(help);
        findings.report(match &probed.error {
            Some(error) => finding.detail(error.traceback.trim_end()),
            None => finding,
        });
    }
}

/// What is wrong, each with what mends it.
fn wrong(probed: &ProbedAdapter, wanted: &Adapter, has_file: bool) -> Vec<(String, String)> {
    let Adapter { variable, attribute, base_class, .. } = wanted;
    let Some(module) = &probed.module else {
        let message = format!("the image does not set `{variable}`: its adapter is never loaded");
        let help = format!("write `ENV {variable}={}` into the Dockerfile", wanted.module);
        return if has_file { vec![(message, help)] } else { Vec::new() };
    };
    if let Some(error) = &probed.error {
        let message = format!("the adapter's module `{module}` cannot be imported: {}: {}", error.kind, error.message);
        return vec![(message, "mend what the traceback ends with".to_owned())];
    }
    let mut wrong = Vec::new();
    if !probed.has_attribute {
        let class = probed.classes.first().map_or("TheAdapter", String::as_str);
        let message = format!("the module `{module}` has no `{attribute}`");
        wrong.push((message, format!("write `{attribute} = {class}`")));
    } else if !probed.is_adapter {
        let message = format!("`{module}.{attribute}` is no class that derives from `{base_class}`");
        wrong.push((message, format!("derive it from `{base_class}`")));
    }
    if !probed.abstract_methods.is_empty() {
        let methods = probed.abstract_methods.join("`, `");
        wrong.push((format!("`{module}.{attribute}` is abstract: it lacks `{methods}`"), "define them".to_owned()));
    } else if !probed.lacking.is_empty() {
        let methods = probed.lacking.join("`, `");
        wrong.push((format!("`{module}.{attribute}` does not define `{methods}`"), "define them".to_owned()));
    }
    if probed.classes.len() > 1 {
        let classes = probed.classes.join("`, `");
        wrong.push((format!("the module `{module}` has several adapters: `{classes}`"), "leave one".to_owned()));
    }
    wrong
}
