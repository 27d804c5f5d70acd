#![doc = include_str!("bare_import.md")]

use python::{Guard, Import, Imported};
use text::Edit;

use super::{Rule, Strength};
use crate::contract::{Contract, Runtime};
use crate::facts::{Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};


/// `bare-import`.
pub(crate) static RULE: Rule = Rule {
    id: "bare-import",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("bare_import.md"),
    check,
};


fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    for file in &facts.modules {
        let Ok(module) = &file.module else { continue };
        for import in &module.outline().imports {
            if is_bare(import, &contract.runtime) && !is_from_elsewhere(facts, import.top_level()) {
                findings.report(finding(file, import, &contract.runtime.package));
            }
        }
    }
}

/// Whether an import fails for want of a module that only the runtime's package has, and with it the module.
fn is_bare(import: &Import, runtime: &Runtime) -> bool {
    let copes = matches!(&import.what, Imported::Call(call) if call.probes);
    let is_run = !import.context.typing_only && import.context.guard == Guard::None && !copes;
    is_run && import.level == 0 && runtime.modules.iter().any(|module| module == import.top_level())
}

/// Whether the template itself, or what it installs, has a module of the name.
fn is_from_elsewhere(facts: &Facts, module: &str) -> bool {
    let (file, folder) = (format!("{module}.py"), format!("{module}/"));
    let is_it = |path: &str| {
        let below = |part: &str| path.starts_with(part) || path.contains(&format!("/{part}"));
        path == file || path.ends_with(&format!("/{file}")) || below(&folder)
    };
    facts.listing.files.iter().any(|listed| is_it(&listed.path)) || facts.requires(module)
}

fn finding(file: &PythonFile, import: &Import, package: &str) -> Finding {
    let module = &import.module;
    let span = file.name_at(import.position);
    let finding = Finding::new(&RULE, format!("`{module}` is a module of the runtime: bare, it is not found"));
    let finding = finding.at(&file.source, span);
    let is_from = matches!(import.what, Imported::Names(_) | Imported::Everything);
    if is_from && file.is_utf8 && file.source.slice(span) == module {
        let edit = Edit::insert(span.start, format!("{package}."));
        return finding
            .help(format!("write `from {package}.{module} import …`"))
            .fix(format!("import from `{package}.{module}`"), [edit]);
    }
    finding.help(format!("import `{package}.{module}`"))
}
