//! What a package says of itself, which the proof holds it to.

use std::collections::BTreeMap;

use crate::manifest::{
    CommandName, Dependency, Distribution, Identifier, MANIFEST_NAME, Manifest, ModuleName, ObjectReference,
    Proving, RequiresPython, Smoke, Source,
};
use crate::path::TreePath;

/// What a package says of itself, wherever it says it.
pub(super) struct Claims<'a> {
    /// The name in import statements.
    pub(super) import_package: &'a Identifier,
    /// The folder that findings name files in.
    pub(super) folder: &'a TreePath,
    /// What is left out on purpose; none where the package is built by others.
    pub(super) source: Option<&'a Source>,
    /// The versions of Python it runs on.
    pub(super) requires_python: &'a RequiresPython,
    /// What is installed with it.
    pub(super) dependencies: &'a [Dependency],
    /// What distributions are imported as.
    pub(super) import_names: &'a BTreeMap<Distribution, Vec<ModuleName>>,
    /// What is to be let pass.
    pub(super) proof: &'a Proving,
    /// The commands that it installs.
    pub(super) scripts: &'a BTreeMap<CommandName, ObjectReference>,
    /// What must work once it is installed.
    pub(super) smoke: &'a Smoke,
    /// The file that has dependencies and commands.
    pub(super) declared_in: &'static str,
}

impl<'a> Claims<'a> {
    /// What a manifest says of the package that is assembled by it.
    pub(super) fn of(manifest: &'a Manifest) -> Self {
        Self {
            import_package: &manifest.package.import_package,
            folder: &manifest.source.folder,
            source: Some(&manifest.source),
            requires_python: &manifest.project.requires_python,
            dependencies: &manifest.project.dependencies,
            import_names: &manifest.import_names,
            proof: &manifest.proof,
            scripts: &manifest.project.scripts,
            smoke: &manifest.smoke,
            declared_in: MANIFEST_NAME,
        }
    }

    /// What is left out on purpose of a module by its dotted name below the import package: the module, or the folder
    /// that it lies in.
    pub(super) fn left_out<'m>(&self, module: &'m str) -> Option<&'m str> {
        let source = self.source?;
        let ends = module.match_indices('.').map(|(end, _)| end).chain([module.len()]);
        ends.map(|end| &module[..end]).find(|part| source.excludes_module(&part.replace('.', "/")))
    }

    /// Whether the manifest names this top-level module as one that is left out: then the source means its own, also
    /// where the standard library or a dependency has one of that name.
    pub(super) fn names_as_left_out(&self, name: &str) -> bool {
        self.source.is_some_and(|source| source.excludes_by_name(name))
    }

    /// Whether `__import__` may be given this name.
    pub(super) fn tolerates_dunder_import(&self, name: &str) -> bool {
        self.source.is_some_and(|source| source.tolerate_dunder_import.iter().any(|one| one.as_str() == name))
    }
}
