#![doc = include_str!("adapter_attribute.md")]

use python::{Class, Derivation};
use text::{Edit, Span};

use super::{Rule, Strength};
use crate::contract::{Adapter, Contract};
use crate::facts::{AdapterClasses, Chosen, Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};


/// `adapter-attribute`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-attribute",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_attribute.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(file) = facts.adapter(contract) else { return };
    let Some(known) = AdapterClasses::of(file, contract) else { return };
    let Adapter { attribute, base_class, .. } = &contract.adapter;
    let place = known.classes.attribute(attribute).map(|found| PythonFile::span(found.at));
    let place = place.unwrap_or(Span::at(file.source.text().len()));
    let wrong = match known.chosen {
        Chosen::Absent => return findings.report(absent(file, known.adapter(), attribute)),
        Chosen::Class(id) => match known.derivation(id) {
            Derivation::No => known.classes.get(id).name.as_str(),
            Derivation::CannotTell | Derivation::Yes => {
                let message = format!("`{attribute}` is `{}`", known.classes.get(id).name);
                return findings.prove(&RULE, &file.source, place, message);
            }
        },
        Chosen::NoClass => "no class",
        Chosen::CannotTell => {
            let message = format!("`{attribute}` is there; what it is, only a run can tell");
            return findings.prove(&RULE, &file.source, place, message);
        }
    };
    let message = match known.chosen {
        Chosen::Class(_) => format!("`{attribute}` is `{wrong}`, which does not derive from `{base_class}`"),
        _ => format!("`{attribute}` is one of Python's own names, and no adapter"),
    };
    let help = format!("let it be the class that derives from `{base_class}`");
    findings.report(Finding::new(&RULE, message).at(&file.source, place).help(help));
}

/// The attribute is missing; where the module has one adapter, an alias of it is all that it needs.
fn absent(file: &PythonFile, adapter: Option<&Class>, attribute: &str) -> Finding {
    let message = format!("there is no `{attribute}`: the runtime takes the adapter from that name");
    let finding = Finding::new(&RULE, message);
    let Some(class) = adapter else {
        let help = format!("name the class `{attribute}`, or write `{attribute} = TheClass` behind it");
        return finding.in_file(file.source.path()).help(help);
    };
    let alias = format!("{attribute} = {}", class.name);
    let finding = finding.at(&file.source, PythonFile::span(class.at)).help(format!("write `{alias}` at the end"));
    if file.is_utf8 && !class.conditional { finding.fix(format!("append `{alias}`"), [appended(file, &alias)]) } else { finding }
}

/// Two blank lines and then the alias, with the line ends that the file has.
fn appended(file: &PythonFile, alias: &str) -> Edit {
    let text = file.source.text();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let first = if text.ends_with('\n') { "" } else { end };
    Edit::insert(text.len(), format!("{first}{end}{end}{alias}{end}"))
}
