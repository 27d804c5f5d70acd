#![doc = include_str!("adapter_attribute.md")]

use python::{Derivation, Existence};
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
    let (Some(file), Some(known)) = (facts.adapter(contract), AdapterClasses::of(facts, contract)) else {
        return;
    };
    let Adapter { attribute, base_class, .. } = &contract.adapter;
    let place = known.bound_at.map_or(Span::at(file.source.text().len()), PythonFile::span);
    let message = match &known.chosen {
        Chosen::Absent => return findings.report(absent(&known, attribute)),
        Chosen::Missing(path, name) => {
            let message = format!("`{attribute}` is imported from `{path}`, which has no `{name}`");
            let help = format!("define `{name}` in `{path}`");
            return findings.report(Finding::new(&RULE, message).at(&file.source, place).help(help));
        }
        Chosen::NoClass(what) => format!("`{attribute}` is {what}, and no adapter"),
        Chosen::CannotTell => return,
        Chosen::Classes(ids) => {
            let class = |id| known.classes.get(id).name.as_str();
            let Some(other) = ids.iter().find(|id| known.derivation(**id) == Derivation::No) else {
                let message = format!("`{attribute}` is `{}`", ids.first().map_or("", |id| class(*id)));
                return findings.prove(&RULE, &file.source, place, message);
            };
            format!("`{attribute}` is `{}`, which does not derive from `{base_class}`", class(*other))
        }
    };
    let help = format!("let it be the class that derives from `{base_class}`");
    findings.report(Finding::new(&RULE, message).at(&file.source, place).help(help));
}

/// The attribute is missing; where the module has one adapter, an alias of it is all that it needs.
fn absent(known: &AdapterClasses, attribute: &str) -> Finding {
    let (file, adapters) = (known.file, known.adapters());
    let message = format!("there is no `{attribute}`: the runtime takes the adapter from that name");
    let finding = Finding::new(&RULE, message);
    let Some(class) = adapters.first() else {
        let help = format!("name the class `{attribute}`, or write `{attribute} = TheClass` behind it");
        return finding.in_file(file.source.path()).help(help);
    };
    let finding = finding.at(&file.source, PythonFile::span(class.at));
    // Its own name may be gone by the end of the module.
    let names = known.classes.names_of(class.id);
    let own = names.iter().find(|name| **name == class.name).or(names.first());
    let Some(name) = own.filter(|name| is_there(file, name)) else {
        return finding.help(format!("write `{attribute} = {}` behind the class", class.name));
    };
    let alias = format!("{attribute} = {name}");
    let finding = finding.help(format!("write `{alias}` at the end"));
    if file.is_utf8 && !class.conditional {
        finding.fix(format!("append `{alias}`"), [appended(file, &alias)])
    } else {
        finding
    }
}

/// Whether a name is bound at the end of a module, whatever way is taken through it.
fn is_there(file: &PythonFile, name: &str) -> bool {
    file.module.as_ref().is_ok_and(|module| module.outline().definitions.find(name) == Existence::Yes)
}

/// Two blank lines and then the alias, with the line ends that the file has.
fn appended(file: &PythonFile, alias: &str) -> Edit {
    let text = file.source.text();
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let first = if text.ends_with('\n') { "" } else { end };
    Edit::insert(text.len(), format!("{first}{end}{end}{alias}{end}"))
}
