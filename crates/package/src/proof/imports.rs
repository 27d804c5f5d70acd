//! Every import, resolved.

use python::{Call, Guard, Import, Imported, Outline, Position};

use super::Proof;
use super::claims::Claims;
use super::distributions::{Distributions, known_for};
use super::finding::{Finding, FindingKind};
use super::modules::{Known, Modules, absolute, package_of};
use super::standard_library::{Presence, StandardLibrary};
use crate::manifest::MANIFEST_NAME;
use crate::parallel;
use crate::path::TreePath;
use crate::rewrite::Rewritten;

/// Where names may come from.
struct World<'a> {
    claims: &'a Claims<'a>,
    modules: &'a Modules<'a>,
    library: StandardLibrary,
    distributions: Distributions<'a>,
}

/// What stands against an import.
struct Fault {
    kind: FindingKind,
    message: String,
    hint: Option<String>,
}

/// What an import asks for: a module, perhaps a name in it, and where the source says so.
struct Wanted {
    module: String,
    name: Option<String>,
    position: Position,
}

pub(super) fn prove(files: &[Rewritten], claims: &Claims<'_>, modules: &Modules<'_>, proof: &mut Proof) {
    let world = World {
        claims,
        modules,
        library: StandardLibrary::of(claims.requires_python),
        distributions: Distributions::of(claims.dependencies, claims.import_names),
    };
    let proofs = parallel::map(files, |file| world.of_file(&file.path, &file.outline));
    for one in proofs {
        proof.imports += one.imports;
        proof.findings.extend(one.findings);
        proof.notes.extend(one.notes);
    }
}

impl World<'_> {
    fn of_file(&self, path: &TreePath, outline: &Outline) -> Proof {
        let package = package_of(self.claims.import_package.as_str(), path);
        let source = path.within(self.claims.folder);
        // a stub is read by type checkers only
        let is_stub = path.extension() == Some("pyi");
        let mut proof = Proof::default();
        for import in &outline.imports {
            let (count, faults) = self.of_import(import, &package);
            proof.imports += count;
            for (fault, position) in faults {
                let optional = is_stub || self.is_optional(import, fault.kind);
                let list = if optional { &mut proof.notes } else { &mut proof.findings };
                list.push(Finding {
                    kind: fault.kind,
                    path: Some(source.clone()),
                    position: Some(position),
                    message: fault.message,
                    hint: fault.hint,
                });
            }
        }
        proof
    }

    /// How many things an import asks for, and what stands against which; what stands against the module itself is
    /// told once and not for each of its names.
    fn of_import(&self, import: &Import, package: &str) -> (usize, Vec<(Fault, Position)>) {
        let wanted = match wanted(import, package) {
            Ok(wanted) => wanted,
            Err(fault) => return (1, vec![(fault, import.position)]),
        };
        let count = wanted.len();
        let mut faults: Vec<(Fault, Position)> = Vec::new();
        for one in wanted {
            if let Some(fault) = self.fault(&one, import)
                && faults.iter().all(|(told, _)| told.message != fault.message)
            {
                faults.push((fault, one.position));
            }
        }
        (count, faults)
    }

    /// What stands against this part of an import, if anything does.
    fn fault(&self, wanted: &Wanted, import: &Import) -> Option<Fault> {
        if self.modules.owns(&wanted.module) {
            return self.own_fault(wanted);
        }
        let full = wanted.name.as_ref().map(|name| format!("{}.{name}", wanted.module));
        let mut names = [Some(&wanted.module), full.as_ref()].into_iter().flatten();
        if names.any(|name| self.distributions.providing(name).is_some()) {
            return None;
        }
        let root = import.top_level();
        match self.library.presence(root, import.context.python) {
            Presence::Always => None,
            Presence::LackingIn(versions) => {
                let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
                Some(Fault {
                    kind: FindingKind::NotInEveryPython,
                    message: format!(
                        "`{root}` is not in the standard library of Python {}, which `{}` allows",
                        versions.join(", "),
                        self.claims.requires_python.as_str()
                    ),
                    hint: Some(
                        "narrow `requires-python`, or import it in a `try` with a way round".to_owned(),
                    ),
                })
            }
            Presence::Never => Some(self.unresolved(&wanted.module, root)),
        }
    }

    /// What stands against an import of the package's own.
    fn own_fault(&self, Wanted { module, name, .. }: &Wanted) -> Option<Fault> {
        let known = match name {
            Some(name) => self.modules.find(module, name),
            None if self.modules.has(module) => Known::Yes,
            None => Known::NoModule,
        };
        let below = module.split_once('.').map(|(_, below)| below);
        let left_out = |name: &str| self.claims.leaves_out(name);
        match (known, name) {
            (Known::Yes | Known::CannotTell, _) => None,
            (Known::NoAttribute, Some(name)) if below.is_none() && left_out(name) => {
                Some(self.excluded(name))
            }
            (Known::NoModule, _) if below.is_some_and(|below| left_out(first(below))) => {
                Some(self.excluded(first(below.unwrap_or_default())))
            }
            (Known::NoAttribute, name) => Some(Fault {
                kind: FindingKind::NoAttribute,
                message: format!("`{module}` has no `{}`", name.as_deref().unwrap_or_default()),
                hint: Some("neither a module nor a name that it defines".to_owned()),
            }),
            (Known::NoModule, _) => Some(Fault {
                kind: FindingKind::NoModule,
                message: format!("there is no module `{module}` in the package"),
                hint: None,
            }),
        }
    }

    fn unresolved(&self, module: &str, root: &str) -> Fault {
        if self.claims.leaves_out(root) {
            return self.excluded(root);
        }
        let hint = match known_for(module) {
            Some(distribution) => {
                format!("add `{distribution}` to `dependencies` of {}", self.claims.declared_in)
            }
            None => format!(
                "add the distribution that brings it to `dependencies` of {}, with `[import-names]` of {MANIFEST_NAME} \
                 where its name differs",
                self.claims.declared_in
            ),
        };
        Fault {
            kind: FindingKind::Unresolved,
            message: format!(
                "`{module}` is neither in the package, nor in the standard library, nor brought by a dependency"
            ),
            hint: Some(hint),
        }
    }

    /// Whether the code is prepared for the import to fail, or the manifest tolerates it. What is left out of the
    /// package can never succeed, so nothing excuses a reference to it.
    fn is_optional(&self, import: &Import, kind: FindingKind) -> bool {
        let is_tolerated = |call: &Call| {
            call.function == "__import__" && self.claims.tolerates_dunder_import(import.top_level())
        };
        let expected = matches!(&import.what, Imported::Call(call) if call.probes || is_tolerated(call));
        let guarded = match import.context.guard {
            Guard::None => false,
            // what the package does not have is no optional dependency, and never comes to be there
            Guard::CatchAll => !self.modules.owns(&import.module) && import.level == 0,
            Guard::Optional | Guard::Fallback => true,
        };
        kind != FindingKind::Excluded && (expected || guarded || import.context.typing_only)
    }

    fn excluded(&self, root: &str) -> Fault {
        Fault {
            kind: FindingKind::Excluded,
            message: format!("`{root}` is left out of the package"),
            hint: Some(format!(
                "remove the import, or ship `{}/{root}` by listing it in {MANIFEST_NAME}",
                self.claims.folder
            )),
        }
    }
}

/// The parts of an import, relative ones made absolute by the package of the file.
fn wanted(import: &Import, package: &str) -> Result<Vec<Wanted>, Fault> {
    let module =
        absolute(import.level, &import.module, package).ok_or_else(|| beyond_top(import, package))?;
    let alone = |module: String| vec![Wanted { module, name: None, position: import.position }];
    Ok(match &import.what {
        Imported::Names(names) => {
            let each = names.iter().map(|one| Wanted {
                module: module.clone(),
                name: Some(one.name.clone()),
                position: one.position,
            });
            each.collect()
        }
        // `patch("acme.tools.fetch")`: what is patched is a name in a module
        Imported::Call(call) if call.function.contains("patch") => match module.rsplit_once('.') {
            Some((module, name)) => {
                vec![Wanted {
                    module: module.to_owned(),
                    name: Some(name.to_owned()),
                    position: import.position,
                }]
            }
            None => alone(module),
        },
        Imported::Module { .. } | Imported::Everything | Imported::Call(_) => alone(module),
    })
}

fn beyond_top(import: &Import, package: &str) -> Fault {
    let level = import.level;
    Fault {
        kind: FindingKind::BeyondTop,
        message: format!("a relative import of level {level} leaves the package from within `{package}`"),
        hint: Some("take away dots".to_owned()),
    }
}

fn first(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}
