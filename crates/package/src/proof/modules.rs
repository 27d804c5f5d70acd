//! The modules that a wheel has.

use std::collections::BTreeMap;

use python::{Doubt, Existence, Exports, Outline};

use super::claims::Claims;
use crate::assemble::COMPILED;
use crate::path::TreePath;
use crate::rewrite::Rewritten;

/// The modules of a package by their full names, folders without `__init__.py` among them.
pub(super) struct Modules<'a> {
    package: &'a str,
    by_name: BTreeMap<String, Module<'a>>,
}

enum Module<'a> {
    /// A file of Python, and the package that its relative imports begin at.
    Source { outline: &'a Outline, package: String },
    /// A folder without `__init__.py`, or a module that the build adds: it defines nothing.
    Bare,
    /// Compiled code: what it defines shows when it runs.
    Compiled,
}

impl Module<'_> {
    /// Whether it is a folder.
    fn is_package(&self) -> bool {
        match self {
            Self::Source { outline, .. } => {
                outline.path == "__init__.py" || outline.path.ends_with("/__init__.py")
            }
            Self::Bare => true,
            Self::Compiled => false,
        }
    }
}

/// What the package knows of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It is there.
    Yes,
    /// The module is there and does not define it.
    NoAttribute,
    /// There is no such module.
    NoModule,
    /// The module may define it when it runs.
    CannotTell,
}

/// What every module has, whatever its text says.
/// <https://docs.python.org/3/reference/datamodel.html#module-objects>
const ALWAYS_THERE: [&str; 9] = [
    "__builtins__",
    "__cached__",
    "__dict__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__spec__",
];

impl<'a> Modules<'a> {
    /// `files` are the Python files of the package, and `paths` those of all its files, below the import package.
    pub(super) fn of<'p>(
        files: &'a [Rewritten],
        paths: impl IntoIterator<Item = &'p TreePath>,
        claims: &Claims<'a>,
    ) -> Self {
        let package = claims.import_package.as_str();
        let mut by_name: BTreeMap<String, Module<'a>> = BTreeMap::from([(package.to_owned(), Module::Bare)]);
        for path in paths {
            // a folder of data is a package too: `resources.files("acme.templates")`
            for folder in path.folders() {
                let name = format!("{package}.{}", folder.replace('/', "."));
                by_name.entry(name).or_insert(Module::Bare);
            }
            if is_compiled(path) {
                // `_speed.cpython-311-x86_64-linux-gnu.so` is `_speed`
                let stem = path.file_name().split('.').next().unwrap_or_default();
                by_name.insert(format!("{}.{stem}", package_of(package, path)), Module::Compiled);
            }
        }
        for file in files.iter().filter(|file| file.path.extension() == Some("py")) {
            let name = module_name(package, &file.path);
            by_name.insert(
                name,
                Module::Source { outline: &file.outline, package: package_of(package, &file.path) },
            );
        }
        Self { package, by_name }
    }

    /// Whether a module by this name would be one of the package's own.
    pub(super) fn owns(&self, module: &str) -> bool {
        module.strip_prefix(self.package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Whether there is a module of this full name.
    pub(super) fn has(&self, module: &str) -> bool {
        self.by_name.contains_key(module)
    }

    /// Whether a module is there.
    pub(super) fn find_module(&self, module: &str) -> Known {
        match self.has(module) {
            true => Known::Yes,
            false if self.is_imported_by_the_package(module) => Known::CannotTell,
            false => Known::NoModule,
        }
    }

    /// Whether a module lies in one that makes itself a package by `__path__` without being a folder: what is in it
    /// comes from an importer of its own, as in `six.moves`.
    /// <https://docs.python.org/3/reference/import.html#path-attributes-on-modules>
    fn is_imported_by_the_package(&self, module: &str) -> bool {
        let above = module.match_indices('.').map(|(end, _)| &module[..end]);
        above.filter_map(|above| self.by_name.get(above)).any(|above| match above {
            Module::Source { outline, .. } => {
                !above.is_package() && outline.definitions.names().any(|name| name == "__path__")
            }
            Module::Bare | Module::Compiled => false,
        })
    }

    /// Whether `from module import name` works: `name` is a module within, or `module` defines it.
    pub(super) fn find(&self, module: &str, name: &str) -> Known {
        self.find_beyond(module, name, &mut Vec::new())
    }

    /// The same, following `from … import *`; `seen` are the modules that were asked already.
    fn find_beyond(&self, module: &str, name: &str, seen: &mut Vec<String>) -> Known {
        match self.by_name.get(module) {
            None if self.is_imported_by_the_package(module) => Known::CannotTell,
            None => Known::NoModule,
            Some(_) if self.has(&format!("{module}.{name}")) || ALWAYS_THERE.contains(&name) => Known::Yes,
            Some(module) if name == "__path__" && module.is_package() => Known::Yes,
            Some(Module::Bare) => Known::NoAttribute,
            Some(Module::Compiled) => Known::CannotTell,
            Some(Module::Source { outline, package }) => match self.defined(module, outline, name) {
                Existence::Yes => Known::Yes,
                Existence::No => Known::NoAttribute,
                Existence::CannotTell(Doubt::Star(stars)) => {
                    seen.push(module.to_owned());
                    self.find_in_stars(&stars, package, name, seen)
                }
                Existence::CannotTell(_) => Known::CannotTell,
            },
        }
    }

    /// Whether a module defines a name, other than by taking it from itself.
    fn defined(&self, module: &str, outline: &Outline, name: &str) -> Existence {
        if self.only_takes_from_itself(module, name, &mut Vec::new()) {
            outline.definitions.find_unbound(name)
        } else {
            outline.definitions.find(name)
        }
    }

    /// Whether a name is taken only from modules that take it, in the end, from this one: `from . import name` in the
    /// package's own `__init__.py`, or two modules that each expect it of the other.
    fn only_takes_from_itself(&self, module: &str, name: &str, seen: &mut Vec<String>) -> bool {
        let Some(Module::Source { outline, package }) = self.by_name.get(module) else { return false };
        if self.has(&format!("{module}.{name}")) {
            return false;
        }
        let origins = outline.definitions.taken_from(name);
        seen.push(module.to_owned());
        !origins.is_empty()
            && origins.iter().all(|(level, written)| {
                absolute(*level, written, package).is_some_and(|origin| {
                    seen.contains(&origin) || self.only_takes_from_itself(&origin, name, seen)
                })
            })
    }

    /// Whether a name of a module stands for an `async` function, there or in a module of the package that it is taken
    /// from.
    pub(super) fn is_coroutine_function(&self, module: &str, name: &str) -> bool {
        let (mut module, mut seen) = (module.to_owned(), Vec::new());
        while let Some(Module::Source { outline, package }) = self.by_name.get(&module) {
            if outline.definitions.is_coroutine_function(name) {
                return true;
            }
            let [(level, written)] = outline.definitions.taken_from(name) else { return false };
            seen.push(module);
            match absolute(*level, written, package) {
                Some(origin) if !seen.contains(&origin) => module = origin,
                _ => return false,
            }
        }
        false
    }

    /// Whether one of these `from … import *`, written in a module of `package`, brings the name.
    fn find_in_stars(
        &self,
        stars: &[(u32, String)],
        package: &str,
        name: &str,
        seen: &mut Vec<String>,
    ) -> Known {
        let mut doubted = false;
        for (level, written) in stars {
            let star = absolute(*level, written, package);
            match star.filter(|star| self.owns(star)) {
                Some(star) if seen.contains(&star) => {}
                Some(star) => match self.exported(&star, name, seen) {
                    Known::Yes => return Known::Yes,
                    Known::CannotTell => doubted = true,
                    Known::NoAttribute | Known::NoModule => {}
                },
                // what a distribution exports is not known here
                None => doubted = true,
            }
        }
        if doubted { Known::CannotTell } else { Known::NoAttribute }
    }

    /// Whether `from module import *` brings the name.
    fn exported(&self, module: &str, name: &str, seen: &mut Vec<String>) -> Known {
        let outline = match self.by_name.get(module) {
            Some(Module::Source { outline, .. }) => outline,
            Some(Module::Compiled) => return Known::CannotTell,
            Some(Module::Bare) | None => return Known::NoAttribute,
        };
        match outline.definitions.exports() {
            Exports::Listed(names) if names.iter().any(|one| one == name) => Known::Yes,
            Exports::Listed(_) => Known::NoAttribute,
            Exports::Public(_) if name.starts_with('_') => Known::NoAttribute,
            Exports::Public(_) => self.find_beyond(module, name, seen),
            Exports::Unknown => Known::CannotTell,
        }
    }
}

fn is_compiled(path: &TreePath) -> bool {
    path.extension().is_some_and(|extension| COMPILED.contains(&extension))
}

/// A module by its full name, as a module of `package` imports it; none where the dots lead out of the package.
/// <https://docs.python.org/3/reference/import.html#package-relative-imports>
pub(super) fn absolute(level: u32, module: &str, package: &str) -> Option<String> {
    let Some(up) = level.checked_sub(1) else { return Some(module.to_owned()) };
    let parts: Vec<&str> = package.split('.').collect();
    let kept = parts.len().checked_sub(usize::try_from(up).ok()?).filter(|kept| *kept > 0)?;
    let base = parts[..kept].join(".");
    Some(if module.is_empty() { base } else { format!("{base}.{module}") })
}

/// The full name of the module in a file below the import package: `adapters/__init__.py` → `acme.adapters`.
pub(super) fn module_name(package: &str, path: &TreePath) -> String {
    let stem = path.as_str().strip_suffix(".py").unwrap_or(path.as_str());
    let stem = stem.strip_suffix("__init__").map_or(stem, |folder| folder.trim_end_matches('/'));
    if stem.is_empty() { package.to_owned() } else { format!("{package}.{}", stem.replace('/', ".")) }
}

/// The full name of the package that relative imports of this file begin at.
pub(super) fn package_of(package: &str, path: &TreePath) -> String {
    path.folders()
        .last()
        .map_or_else(|| package.to_owned(), |folder| format!("{package}.{}", folder.replace('/', ".")))
}
