//! What the manifest promises: commands, and what the smoke test will ask for.

use std::fmt;

use super::Proof;
use super::finding::{Finding, FindingKind};
use super::modules::{Known, Modules};
use crate::manifest::{MANIFEST_NAME, Manifest, ModuleName, ObjectReference};

pub(super) fn prove(manifest: &Manifest, modules: &Modules<'_>, proof: &mut Proof) {
    for (name, object) in &manifest.project.scripts {
        promised(&format!("command `{}`", name.as_str()), object, modules, proof);
    }
    for object in &manifest.smoke.attributes {
        promised("smoke attribute", object, modules, proof);
    }
    for module in manifest.smoke.imports.iter().map(ModuleName::as_str) {
        if modules.owns(module) && !modules.has(module) {
            proof.findings.push(finding(
                FindingKind::NoModule,
                format!("smoke import `{module}` is no module of the package"),
                "correct `smoke.imports`",
            ));
        }
    }
}

fn promised(what: &str, object: &ObjectReference, modules: &Modules<'_>, proof: &mut Proof) {
    let (module, attribute) = (object.module.as_str(), object.attributes[0].as_str());
    if !modules.owns(module) {
        let message = format!("{what} is `{object}`, which is outside the package");
        proof.findings.push(finding(FindingKind::EntryPoint, message, "name a function of the package"));
        return;
    }
    match modules.find(module, attribute) {
        Known::Yes => {}
        Known::NoModule => {
            let message = format!("{what} is `{object}`: there is no module `{module}` in the package");
            proof.findings.push(finding(
                FindingKind::EntryPoint,
                message,
                "list the module, or correct the name",
            ));
        }
        Known::NoAttribute => {
            let message = format!("{what} is `{object}`: `{module}` does not define `{attribute}`");
            proof.findings.push(finding(FindingKind::EntryPoint, message, "define it, or correct the name"));
        }
        Known::CannotTell => {
            let message =
                format!("{what} is `{object}`: whether `{module}` defines `{attribute}` shows when it runs");
            proof.notes.push(finding(FindingKind::EntryPoint, message, "the smoke test tells"));
        }
    }
}

fn finding(kind: FindingKind, message: impl fmt::Display, hint: &str) -> Finding {
    let message = format!("{MANIFEST_NAME}: {message}");
    Finding { kind, path: None, position: None, message, hint: Some(hint.to_owned()) }
}
