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
    let is_of_runtime = || runtime.modules.iter().any(|module| module == import.top_level());
    is_run(import) && import.level == 0 && is_of_runtime()
}

/// Whether an import is made when the code around it runs, and its failure is one of that code.
pub(super) fn is_run(import: &Import) -> bool {
    let copes = matches!(&import.what, Imported::Call(call) if call.probes);
    !import.context.typing_only && import.context.guard == Guard::None && !copes
}

/// Whether the template itself, or what it installs, has a module of the name where Python looks for it.
fn is_from_elsewhere(facts: &Facts, module: &str) -> bool {
    let (file, folder) = (format!("{module}.py"), format!("{module}/"));
    // The module's file, or one of its package, by what stands before it.
    let home = |path: &'_ str| -> Option<usize> {
        let file =
            path.strip_suffix(&file).filter(|home| home.is_empty() || home.ends_with('/')).map(str::len);
        let below = || {
            let starts = path.match_indices(&folder).map(|(at, _)| at);
            let mut starts = starts.filter(|at| *at == 0 || path[..*at].ends_with('/'));
            starts.next().filter(|_| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "py"))
        };
        file.or_else(below)
    };
    let is_it =
        |path: &str| home(path).is_some_and(|end| is_searched(facts, path[..end].trim_end_matches('/')));
    facts.listing.files.iter().any(|listed| is_it(&listed.path)) || facts.requires(module)
}

/// Whether Python may look for modules in a folder of the template: at its top, in one that the Dockerfile names, which
/// it may copy to where the adapter lies or put on the path, or in any where the code changes the path itself.
fn is_searched(facts: &Facts, folder: &str) -> bool {
    let name = folder.rsplit('/').next().unwrap_or_default();
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let names = |text: &str| text.split(|character: char| !is_part(character)).any(|word| word == name);
    name.is_empty()
        || facts.dockerfile.iter().any(|built| names(built.source.text()))
        || facts.modules.iter().any(|file| file.source.text().contains("sys.path"))
}

fn finding(file: &PythonFile, import: &Import, package: &str) -> Finding {
    let module = &import.module;
    let span = file.name_at(import.position);
    let finding =
        Finding::new(&RULE, format!("`{module}` is a module of the runtime: bare, it is not found"));
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
