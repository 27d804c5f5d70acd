#![doc = include_str!("adapter_doubt.md")]

use python::Derivation;
use text::Span;

use super::{Rule, Strength};
use crate::contract::{Adapter, Contract};
use crate::facts::{AdapterClasses, Chosen, Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};

/// `adapter-doubt`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-doubt",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("adapter_doubt.md"),
    check,
};

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    // The probe asked Python itself; of a module that is broken `adapter-syntax` tells.
    let is_broken = facts.modules.iter().any(|file| file.module.is_err());
    let Some(known) = AdapterClasses::of(facts, contract).filter(|_| facts.probe.is_none() && !is_broken) else { return };
    let Adapter { attribute, base_class, .. } = &contract.adapter;
    let help = "let the template hold it, or judge the report of a probe of the image";
    match &known.chosen {
        Chosen::CannotTell => {
            let Some(file) = facts.adapter(contract) else { return };
            let place = known.bound_at.map_or(Span::at(file.source.text().len()), PythonFile::span);
            let message = format!("what `{attribute}` is only a run can tell");
            findings.report(Finding::new(&RULE, message).at(&file.source, place).help(help));
        }
        Chosen::Classes(ids) => {
            let doubtful = ids.iter().filter(|id| known.derivation(**id) == Derivation::CannotTell);
            for class in doubtful.map(|id| known.classes.get(*id)) {
                let base = class.bases.first().map_or(class.at, |base| base.at);
                let message = format!("only a run can tell whether `{}` derives from `{base_class}`", class.name);
                let finding = Finding::new(&RULE, message).at(&known.file.source, PythonFile::span(base));
                findings.report(finding.help(help));
            }
        }
        Chosen::Absent | Chosen::Missing(..) | Chosen::NoClass(_) => {}
    }
}
