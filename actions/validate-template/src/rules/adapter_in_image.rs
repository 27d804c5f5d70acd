#![doc = include_str!("adapter_in_image.md")]

use std::collections::BTreeSet;

use python::{Existence, Imported, stdlib};
use template::image::{Binding, Presence};
use text::Span;

use super::bare_import::is_run;
use super::{Rule, Strength};
use crate::contract::Contract;
use crate::facts::{Built, Facts, ModulePath, PythonFile};
use crate::finding::{Finding, Findings, Severity};

/// `adapter-in-image`.
pub(crate) static RULE: Rule = Rule {
    id: "adapter-in-image",
    severity: Severity::Error,
    strength: Strength::Hard,
    page: include_str!("adapter_in_image.md"),
    check,
};

/// Words of a distribution's name that may bring a module which is named like the adapter's.
const KIN: [&str; 6] = ["adapter", "agent", "molecule", "runtime", "template", "workspace"];

fn check(facts: &Facts, contract: &Contract, findings: &mut Findings) {
    let Some(built) = &facts.dockerfile else { return };
    let module = contract.adapter.module.as_str();
    let variable = built.image.as_ref().and_then(|image| image.environment.get(&contract.adapter.variable));
    let Some(variable) = variable.filter(|variable| variable.value.as_deref() == Some(module)) else {
        return;
    };
    let Some(path) = ModulePath::of(built, &facts.folder, contract) else { return };
    match path.presence(module) {
        Presence::Brought(_) => {
            findings.prove(&RULE, &built.source, variable.span, format!("`import {module}` finds it"));
            imports(facts, built, contract, &path, findings);
        }
        Presence::Doubtful => {}
        Presence::Absent => findings.found.extend(absent(facts, built, contract, &path, variable)),
    }
}

/// What is said of an adapter that `import` does not find; nothing where it may be installed.
fn absent(
    facts: &Facts,
    built: &Built,
    contract: &Contract,
    path: &ModulePath<'_>,
    variable: &Binding,
) -> Option<Finding> {
    let (module, file) = (&contract.adapter.module, &contract.adapter.file);
    let installed = facts.distributions(built);
    let is_of_template = !facts.lacks(file);
    let may_bring = |name: &Option<String>| {
        let Some(name) = name else { return true };
        let mut parts = name.split('-');
        let is_kin =
            |part: &str| part == module || !is_of_template && KIN.iter().any(|word| part.starts_with(word));
        *name != contract.runtime.distribution && parts.any(is_kin)
    };
    if installed.iter().any(may_bring) {
        return None;
    }
    let finding = |message: String, span: Span| Finding::new(&RULE, message).at(&built.source, span);
    if !is_of_template {
        let message =
            format!("there is no module `{module}`: neither the template nor what it installs brings it");
        return Some(
            finding(message, variable.span).help(format!("add `{file}` and copy it, or delete the line")),
        );
    }
    let Some((span, target)) = path.elsewhere(file) else {
        let message =
            format!("`{file}` is not in the image: `import {module}` fails when a container starts");
        return Some(finding(message, variable.span).help(copy(file)));
    };
    let message = format!("`{file}` is copied to `{target}`, where `import {module}` does not look");
    Some(finding(message, span).help("copy it to the last `WORKDIR`, or name its folder in `PYTHONPATH`"))
}

fn copy(file: &str) -> String {
    format!(
        "write `COPY {file} ./{}` behind `WORKDIR`",
        file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"))
    )
}

/// Reports the template's own modules that the adapter imports and that the image does not have.
fn imports(
    facts: &Facts,
    built: &Built,
    contract: &Contract,
    path: &ModulePath<'_>,
    findings: &mut Findings,
) {
    let installed = facts.distributions(built);
    if installed.contains(&None) {
        return;
    }
    let version = contract.image.python_version();
    let mut looked_for = BTreeSet::new();
    for file in &facts.modules {
        for (stem, span) in wanted(facts, file) {
            let top = stem.split('/').next().unwrap_or(&stem);
            let is_elsewhere = *top == contract.runtime.package
                || stdlib::contains(top, version)
                || installed
                    .iter()
                    .flatten()
                    .any(|name| name.split('-').any(|part| part == top) || name.replace('-', "_") == top);
            if is_elsewhere || !looked_for.insert(stem.clone()) {
                continue;
            }
            let Some(known) = module_of(facts, &stem).filter(|_| path.presence(&stem) == Presence::Absent)
            else {
                continue;
            };
            let name = known.source.path();
            let message = format!("`{name}` is not where the image has its adapter: the import fails");
            findings.report(Finding::new(&RULE, message).at(&file.source, span).help(copy(name)));
        }
    }
}

/// The template's module of a path without an ending.
fn module_of<'a>(facts: &'a Facts, stem: &str) -> Option<&'a PythonFile> {
    let is_it =
        |path: &str| path.strip_prefix(stem).is_some_and(|rest| matches!(rest, ".py" | "/__init__.py"));
    facts.modules.iter().find(|known| is_it(known.source.path()))
}

/// The modules of the template that a module imports whenever it is run, with the places.
fn wanted(facts: &Facts, file: &PythonFile) -> Vec<(String, Span)> {
    let Ok(module) = &file.module else { return Vec::new() };
    let imports = module.outline().imports.iter().filter(|import| !matches!(import.what, Imported::Call(_)));
    let mut wanted = Vec::new();
    for import in imports.filter(|import| is_run(import)) {
        let mut folder: Vec<&str> = file.source.path().split('/').collect();
        folder.truncate(match import.level {
            0 => 0,
            level => folder.len().saturating_sub(usize::try_from(level).unwrap_or(usize::MAX)),
        });
        folder.extend(import.module.split('.').filter(|part| !part.is_empty()));
        let stem = folder.join("/");
        if let Imported::Names(names) = &import.what {
            let target = module_of(facts, &stem).and_then(|target| target.module.as_ref().ok());
            let is_submodule = |name: &str| {
                target.is_none_or(|target| target.outline().definitions.find(name) == Existence::No)
            };
            let submodules = names.iter().filter(|taken| is_submodule(&taken.name));
            wanted.extend(
                submodules.map(|taken| (format!("{stem}/{}", taken.name), file.name_at(taken.position))),
            );
        }
        wanted.push((stem, file.name_at(import.position)));
    }
    wanted
}
