#![doc = include_str!("former_package.md")]

use text::{Edit, Span};

use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};


/// `former-package`.
pub(crate) static RULE: Rule = Rule {
    id: "former-package",
    severity: Severity::Warning,
    strength: Strength::Soft,
    page: include_str!("former_package.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let (former, package) = (contract.runtime.former_package.as_str(), contract.runtime.package.as_str());
    for file in &facts.modules {
        let Ok(module) = &file.module else { continue };
        let imports = module.outline().imports.iter().filter(|import| !import.context.typing_only);
        for import in imports.filter(|import| import.level == 0 && import.top_level() == former) {
            let span = file.name_at(import.position);
            let finding = Finding::new(&RULE, format!("the package `{former}` is named `{package}` by now"));
            let finding = finding.at(&file.source, span).help(format!("import from `{package}`"));
            findings.report(match renamed(file, span, former) {
                Some(name) => finding.fix(format!("import from `{package}`"), [Edit::replace(name, package)]),
                None => finding,
            });
        }
    }
}

/// The old name, if it stands nowhere else in the file: what is bound by an import is used elsewhere.
fn renamed(file: &PythonFile, span: Span, former: &str) -> Option<Span> {
    let is_alone = file.source.text().matches(former).count() == 1;
    let name = Span::new(span.start, span.start + former.len());
    (file.is_utf8 && is_alone && file.source.slice(name) == former).then_some(name)
}
