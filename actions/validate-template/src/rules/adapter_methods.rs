#![doc = include_str!("adapter_methods.md")]

use python::{Lookup, MemberKind};

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
    let Some(known) = AdapterClasses::of(facts, contract) else { return };
    let source = &known.file.source;
    let roots: Vec<&str> = known.roots.iter().map(String::as_str).collect();
    for class in known.adapters() {
        let mut lacking = Vec::new();
        for method in &contract.adapter.methods {
            match known.classes.lookup(class.id, method, &roots) {
                Lookup::Absent => lacking.push(format!("`{method}`")),
                Lookup::CannotTell => {}
                Lookup::Defined(owner, member) if member.kind == MemberKind::Data => {
                    let message = format!("`{method}` of `{}` is a value, and no method", owner.name);
                    let finding = Finding::new(&RULE, message).at(source, PythonFile::span(member.at));
                    findings.report(finding.help(format!("define `{method}` by `async def`")));
                }
                Lookup::Defined(owner, member) => {
                    let message = format!("`{}` defines `{method}`", owner.name);
                    findings.prove(&RULE, source, PythonFile::span(member.at), message);
                }
            }
        }
        if !lacking.is_empty() {
            let message = format!("`{}` does not override {}", class.name, lacking.join(" and "));
            let finding = Finding::new(&RULE, message).at(source, PythonFile::span(class.at));
            findings.report(finding.help(format!("define {}", lacking.join(" and "))));
        }
    }
}
