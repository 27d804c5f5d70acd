#![doc = include_str!("adapter_class.md")]

use python::ClassId;

use super::{Rule, Strength};
use crate::contract::{Adapter, Contract};
use crate::facts::{AdapterClasses, Chosen, Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};

/// How many adapters a finding names.
const MOST_TOLD: usize = 8;

/// `adapter-class`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-class",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_class.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(known) = AdapterClasses::of(facts, contract) else { return };
    let file = known.file;
    match known.concrete.as_slice() {
        [] if known.is_doubtful || matches!(known.chosen, Chosen::CannotTell | Chosen::Missing(..)) => {}
        [] => findings.report(none(file, &known, &contract.adapter)),
        [id] => {
            let class = known.classes.get(*id);
            let message = format!("`{}` derives from `{}`", class.name, contract.adapter.base_class);
            findings.prove(&RULE, &file.source, PythonFile::span(class.at), message);
        }
        [first, others @ ..] => {
            let name = |id: &ClassId| format!("`{}`", known.classes.get(*id).name);
            let mut names: Vec<_> = known.concrete.iter().take(MOST_TOLD).map(name).collect();
            if known.concrete.len() > MOST_TOLD {
                names.push("…".to_owned());
            }
            let message = format!("there are {} adapters: {}", known.concrete.len(), names.join(", "));
            let last = others.last().unwrap_or(first);
            let mut finding =
                Finding::new(&RULE, message).at(&file.source, PythonFile::span(known.classes.get(*last).at));
            for id in known.concrete[..known.concrete.len() - 1].iter().take(MOST_TOLD) {
                let class = known.classes.get(*id);
                finding = finding.note(&file.source, PythonFile::span(class.at), "this is one, too");
            }
            findings.report(finding.help("leave one; let those that others derive from be abstract"));
        }
    }
}

fn none(file: &PythonFile, known: &AdapterClasses, wanted: &Adapter) -> Finding {
    let base = &wanted.base_class;
    if let Some((id, left)) = known.unfinished.first() {
        let class = known.classes.get(*id);
        let message = format!("`{}` is abstract still: it lacks `{}`", class.name, left.join("`, `"));
        return Finding::new(&RULE, message).at(&file.source, PythonFile::span(class.at)).help("define it");
    }
    let import = wanted.base_modules.last().map_or("", String::as_str);
    let help = format!("derive the adapter from `{base}`: `from {import} import {base}`");
    let finding = Finding::new(&RULE, format!("no class derives from the runtime's `{base}`")).help(help);
    let culprit =
        known.classes.all().iter().find_map(|class| class.bases.iter().find(|written| written.text == *base));
    match culprit.map(|culprit| culprit.at).or(known.classes.all().last().map(|class| class.at)) {
        Some(at) => finding.at(&file.source, PythonFile::span(at)),
        None => finding.in_file(file.source.path()),
    }
}
