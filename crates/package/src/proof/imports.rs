//! Every import, resolved.

use python::{
    Call, Context, Guard, Import, Imported, NewerSyntax, Outline, Position, PythonRange, PythonVersion,
    Reference, Scope,
};

use super::Proof;
use super::claims::Claims;
use super::distributions::{Distributions, known_for};
use super::finding::{Finding, FindingKind};
use super::modules::{Known, Modules, absolute, module_name, package_of};
use super::standard_library::{self, StandardLibrary};
use super::tolerance::Tolerance;
use crate::manifest::{Installed, MANIFEST_NAME};
use crate::parallel;
use crate::path::TreePath;
use crate::rewrite::Rewritten;

/// Where names may come from.
struct World<'a> {
    claims: &'a Claims<'a>,
    modules: &'a Modules<'a>,
    library: StandardLibrary,
    distributions: Distributions<'a>,
    tolerance: Tolerance<'a>,
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
        tolerance: Tolerance::of(claims.proof),
    };
    let proofs = parallel::map(files, |file| world.of_file(&file.path, &file.outline));
    for one in proofs {
        proof.imports += one.imports;
        proof.findings.extend(one.findings);
        proof.notes.extend(one.notes);
    }
    proof.notes.extend(world.tolerance.needless());
}

impl World<'_> {
    fn of_file(&self, path: &TreePath, outline: &Outline) -> Proof {
        let package = package_of(self.claims.import_package.as_str(), path);
        let source = path.within(self.claims.folder);
        // a stub is read by type checkers only
        let is_stub = path.extension() == Some("pyi");
        let mut proof = Proof::default();
        let module = module_name(self.claims.import_package.as_str(), path);
        for finding in outline.newer_syntax.iter().filter_map(|newer| self.too_new(newer, &source)) {
            let optional = is_stub || self.tolerance.lets_pass(&module, None);
            let list = if optional { &mut proof.notes } else { &mut proof.findings };
            list.push(finding);
        }
        for import in &outline.imports {
            let (count, faults) = self.of_import(import, &package);
            proof.imports += count;
            for (fault, Wanted { module, name, position }) in faults {
                let excused = is_stub || self.is_optional(import, fault.kind);
                let optional = excused || self.tolerance.lets_pass(&module, name.as_deref());
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
        for reference in &outline.references {
            let wanted = self.referred(reference);
            let Some(fault) = self.reference_fault(reference, &wanted) else { continue };
            let is_own = self.modules.owns(&wanted.module);
            let excused =
                fault.kind != FindingKind::Excluded && excuses(reference.context, fault.kind, is_own);
            let optional =
                is_stub || excused || self.tolerance.lets_pass(&wanted.module, wanted.name.as_deref());
            let list = if optional { &mut proof.notes } else { &mut proof.findings };
            list.push(Finding {
                kind: fault.kind,
                path: Some(source.clone()),
                position: Some(reference.position),
                message: fault.message,
                hint: fault.hint,
            });
        }
        proof
    }

    /// The module that a reference goes through, and the name that it takes of it.
    fn referred(&self, reference: &Reference) -> Wanted {
        let wanted = |module: &str, rest: &str| Wanted {
            module: module.to_owned(),
            name: rest.split('.').next().filter(|name| !name.is_empty()).map(str::to_owned),
            position: reference.position,
        };
        let whole = reference.name.as_str();
        if let Some((module, object)) = whole.split_once(':') {
            return wanted(module, object);
        }
        if !reference.reaches || (self.modules.owns(whole) && self.modules.has(whole)) {
            return wanted(whole, "");
        }
        let mut parts = whole.rmatch_indices('.').map(|(end, _)| (&whole[..end], &whole[end + 1..]));
        // of its own, the longest part of the name that is a module
        let is_module = |module: &str| !self.modules.owns(whole) || self.modules.has(module);
        let (module, rest) = parts.find(|(module, _)| is_module(module)).unwrap_or((whole, ""));
        wanted(module, rest)
    }

    /// What stands against a reference. A key of `sys.modules` may be of a module that is not there, but not of one
    /// that is left out.
    fn reference_fault(&self, reference: &Reference, wanted: &Wanted) -> Option<Fault> {
        let fault = self.fault(wanted, reference.context.python)?;
        (reference.reaches || fault.kind == FindingKind::Excluded).then_some(fault)
    }

    /// Syntax that a Python which the package runs on does not have.
    fn too_new(&self, newer: &NewerSyntax, path: &TreePath) -> Option<Finding> {
        let without = self.library.reached(PythonRange::default()).filter(|version| *version < newer.since);
        let without: Vec<_> = without.map(|version| version.to_string()).collect();
        (!without.is_empty()).then(|| Finding {
            kind: FindingKind::NotInEveryPython,
            path: Some(path.clone()),
            position: Some(newer.position),
            message: format!(
                "{} on Python {}, which `{}` allows: it is syntax of Python {}",
                newer.what,
                without.join(", "),
                self.claims.requires_python.as_str(),
                newer.since
            ),
            hint: Some("narrow `requires-python`, or write it in the older way".to_owned()),
        })
    }

    /// How many things an import asks for, and what stands against which; what stands against the module itself is
    /// told once and not for each of its names.
    fn of_import(&self, import: &Import, package: &str) -> (usize, Vec<(Fault, Wanted)>) {
        let wanted = match wanted(import, package) {
            Ok(wanted) => wanted,
            Err(fault) => {
                let nothing = Wanted { module: String::new(), name: None, position: import.position };
                return (1, vec![(fault, nothing)]);
            }
        };
        let count = wanted.len();
        let mut faults: Vec<(Fault, Wanted)> = Vec::new();
        for one in wanted {
            if let Some(fault) = self.fault(&one, import.context.python)
                && faults.iter().all(|(told, _)| told.message != fault.message)
            {
                faults.push((fault, one));
            }
        }
        (count, faults)
    }

    /// What stands against this part of an import, if anything does.
    fn fault(&self, wanted: &Wanted, range: PythonRange) -> Option<Fault> {
        if self.modules.owns(&wanted.module) {
            return self.own_fault(wanted);
        }
        let (module, name) = (wanted.module.as_str(), wanted.name.as_deref());
        let root = first(module);
        if self.claims.names_as_left_out(root) {
            return Some(self.excluded(root));
        }
        let providing: Vec<_> = self.distributions.providing(module, name).collect();
        let reached: Vec<_> = self.library.reached(range).collect();
        let installed = |version: &PythonVersion| {
            let by_dependency =
                providing.iter().map(|dependency| dependency.is_installed(version.minor)).max();
            if standard_library::has(root, *version) { Some(Installed::Always) } else { by_dependency }
        };
        let with = |wanted: Installed| {
            let versions =
                reached.iter().filter(|version| installed(version).unwrap_or(Installed::Never) == wanted);
            versions.map(ToString::to_string).collect::<Vec<_>>()
        };
        let (lacking, sometimes) = (with(Installed::Never), with(Installed::Sometimes));
        match providing.first() {
            None if lacking.is_empty() => None,
            None if lacking.len() == reached.len() => Some(self.unresolved(wanted, root)),
            None => Some(self.lacking(&format!("`{root}` is not in the standard library of"), &lacking)),
            Some(dependency) if !lacking.is_empty() => {
                Some(self.lacking(&format!("`{module}` is brought by `{dependency}`, and not on"), &lacking))
            }
            Some(dependency) if !sometimes.is_empty() => Some(Fault {
                kind: FindingKind::NotEverywhere,
                message: format!("`{module}` is brought by `{dependency}`, and not on every platform"),
                hint: Some(
                    "import it under a test of the platform, in a `try` with a way round, or where it is used"
                        .to_owned(),
                ),
            }),
            Some(_) => None,
        }
    }

    fn lacking(&self, what: &str, versions: &[String]) -> Fault {
        Fault {
            kind: FindingKind::NotInEveryPython,
            message: format!(
                "{what} Python {}, which `{}` allows",
                versions.join(", "),
                self.claims.requires_python.as_str()
            ),
            hint: Some("narrow `requires-python`, or import it in a `try` with a way round".to_owned()),
        }
    }

    /// What stands against an import of the package's own.
    fn own_fault(&self, Wanted { module, name, .. }: &Wanted) -> Option<Fault> {
        let known = match name {
            Some(name) => self.modules.find(module, name),
            None => self.modules.find_module(module),
        };
        let below = module.split_once('.').map(|(_, below)| below);
        if matches!(known, Known::Yes | Known::CannotTell) {
            return None;
        }
        let below = [below, name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(".");
        if let Some(left_out) = self.claims.left_out(&below) {
            return Some(self.excluded(left_out));
        }
        match (known, name) {
            (Known::Yes | Known::CannotTell, _) => None,
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

    fn unresolved(&self, Wanted { module, name, .. }: &Wanted, root: &str) -> Fault {
        if self.claims.left_out(root).is_some() {
            return self.excluded(root);
        }
        let full = name.as_ref().map(|name| format!("{module}.{name}"));
        let hint = match known_for(module).or_else(|| known_for(full.as_deref()?)) {
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
        let is_own = import.level > 0 || self.modules.owns(&import.module);
        kind != FindingKind::Excluded && (expected || excuses(import.context, kind, is_own))
    }

    fn excluded(&self, root: &str) -> Fault {
        Fault {
            kind: FindingKind::Excluded,
            message: format!("`{root}` is left out of the package"),
            hint: Some(format!(
                "remove the import, or ship `{}/{}` by listing it in {MANIFEST_NAME}",
                self.claims.folder,
                root.replace('.', "/")
            )),
        }
    }
}

/// Whether the code around is prepared for a fault, or never meets it.
fn excuses(context: Context, kind: FindingKind, is_own: bool) -> bool {
    let guarded = match context.guard {
        Guard::None => false,
        // what the package does not have is no optional dependency, and never comes to be there
        Guard::CatchAll => !is_own,
        Guard::Optional | Guard::Fallback => true,
    };
    // whether it runs on another platform too is not known
    let conditional = context.conditional || context.scope == Scope::Function;
    // nor whether it runs on the versions that lack it
    let versioned =
        context.some_python && matches!(kind, FindingKind::NotInEveryPython | FindingKind::Unresolved);
    guarded || context.typing_only || versioned || (kind == FindingKind::NotEverywhere && conditional)
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
