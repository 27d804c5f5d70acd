#![doc = include_str!("local_import.md")]

use python::{Existence, Import, Imported, ImportedName};

use super::bare_import::is_run;
use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Facts, PythonFile};
use crate::finding::{Finding, Findings, Severity};

/// `local-import`.
pub(crate) static RULE: Rule = Rule {
    id: "local-import",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("local_import.md"),
    check,
};

fn check(facts: &Facts, _: &Contract, findings: &mut Findings) {
    for file in &facts.modules {
        let Ok(module) = &file.module else { continue };
        let statements = module.outline().imports.iter().filter(|import| !matches!(import.what, Imported::Call(_)));
        for import in statements.filter(|import| is_run(import)) {
            match folder_of(file.source.path(), import.level) {
                None => findings.report(beyond(file, import)),
                Some(folder) => missing(facts, file, import, &folder, findings),
            }
        }
    }
}

/// The folder in which an import begins, with a `/` behind it; none where it leads out of all packages.
fn folder_of(importer: &str, level: u32) -> Option<String> {
    if level == 0 {
        return Some(String::new());
    }
    let mut folders: Vec<&str> = importer.split('/').collect();
    for _ in 0..level {
        folders.pop()?;
    }
    (!folders.is_empty()).then(|| folders.join("/") + "/")
}

/// A module that lies in no package has nothing that `.` could mean.
fn beyond(file: &PythonFile, import: &Import) -> Finding {
    let dots = ".".repeat(usize::try_from(import.level).unwrap_or(0));
    let message = format!("`{dots}` leads out of every package: the import always fails");
    let finding = Finding::new(&RULE, message).at(&file.source, file.name_at(import.position));
    finding.help("import it by its name, without the dots")
}

/// Reports the names that a module of the template does not have.
fn missing(facts: &Facts, file: &PythonFile, import: &Import, folder: &str, findings: &mut Findings) {
    let Imported::Names(names) = &import.what else { return };
    let stem = format!("{folder}{}", import.module.replace('.', "/"));
    let stem = stem.trim_end_matches('/');
    let paths = [format!("{stem}.py"), format!("{stem}/__init__.py")];
    let mut known = facts.modules.iter().filter(|known| paths.iter().any(|path| known.source.path() == path));
    // Of a module and a package of one name the package is taken.
    let Some(target) = known.clone().find(|known| known.source.path() == paths[1]).or_else(|| known.next()) else { return };
    let Ok(module) = &target.module else { return };
    let definitions = &module.outline().definitions;
    let is_missing = |taken: &&ImportedName| {
        let is_submodule = || {
            let (file, folder) = (format!("{stem}/{}.", taken.name), format!("{stem}/{}/", taken.name));
            facts.listing.files.iter().any(|listed| listed.path.starts_with(&file) || listed.path.starts_with(&folder))
        };
        definitions.find(&taken.name) == Existence::No && !is_submodule()
    };
    for taken in names.iter().filter(is_missing) {
        let path = target.source.path();
        let finding = Finding::new(&RULE, format!("`{path}` has no `{}`: the import fails", taken.name));
        let finding = finding.at(&file.source, file.name_at(taken.position));
        findings.report(finding.help(format!("define it in `{path}`")));
    }
}
