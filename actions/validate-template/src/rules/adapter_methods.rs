#![doc = include_str!("adapter_methods.md")]

use python::Lookup;

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{AdapterClasses, Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};


/// `adapter-methods`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-methods",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_methods.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(file) = facts.adapter(contract) else { return };
    let Some(known) = AdapterClasses::of(file, contract) else { return };
    let Some(class) = known.adapter() else { return };
    let roots: Vec<&str> = known.roots.iter().map(String::as_str).collect();
    let mut lacking = Vec::new();
    for method in &contract.adapter.methods {
        match known.classes.lookup(class.id, method, &roots) {
            Lookup::Absent => lacking.push(format!("`{method}`")),
            Lookup::CannotTell => {}
            Lookup::Defined(owner, member) => {
                let message = format!("`{}` defines `{method}`", owner.name);
                findings.prove(&RULE, &file.source, PythonFile::span(member.at), message);
            }
        }
    }
    if !lacking.is_empty() {
        let message = format!("`{}` does not override {}", class.name, lacking.join(" and "));
        let finding = Finding::new(&RULE, message).at(&file.source, PythonFile::span(class.at));
        findings.report(finding.help(format!("define {}", lacking.join(" and "))));
    }
}
