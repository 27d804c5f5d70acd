//! What the manifest promises: commands, and what the smoke test will ask for.

use std::fmt;

use super::Proof;
use super::claims::Claims;
use super::finding::{Finding, FindingKind};
use super::modules::{Known, Modules};
use crate::manifest::{MANIFEST_NAME, ModuleName, ObjectReference};

pub(super) fn prove(claims: &Claims<'_>, modules: &Modules<'_>, proof: &mut Proof) {
    for (name, object) in claims.scripts {
        let what = format!("{}: command `{}`", claims.declared_in, name.as_str());
        promised(&what, object, modules, proof);
        called(&what, object, modules, proof);
    }
    for object in &claims.smoke.attributes {
        promised(&format!("{MANIFEST_NAME}: smoke attribute"), object, modules, proof);
    }
    for module in claims.smoke.imports.iter().map(ModuleName::as_str) {
        if modules.owns(module) && modules.find_module(module) == Known::NoModule {
            proof.findings.push(finding(
                FindingKind::NoModule,
                format!("{MANIFEST_NAME}: smoke import `{module}` is no module of the package"),
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

/// A command calls its function and ends the program with what it returns: that of an `async` one is an object, of
/// which nothing has run.
fn called(what: &str, object: &ObjectReference, modules: &Modules<'_>, proof: &mut Proof) {
    if let [name] = &*object.attributes
        && modules.is_coroutine_function(object.module.as_str(), name.as_str())
    {
        let message =
            format!("{what} is `{object}`, which is `async`: the command would call it, and run none of it");
        let hint = format!("name a plain function, such as one that calls `asyncio.run({name}())`");
        proof.findings.push(finding(FindingKind::EntryPoint, message, &hint));
    }
}

fn finding(kind: FindingKind, message: impl fmt::Display, hint: &str) -> Finding {
    Finding { kind, path: None, position: None, message: message.to_string(), hint: Some(hint.to_owned()) }
}
