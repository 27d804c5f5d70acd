//! From a source tree to the package's tree.

use bytes::Bytes;
use domain::PackageVersion;
use serde_json::json;

use crate::drift::drift;
use crate::error::BuildError;
use crate::manifest::{Identifier, Manifest};
use crate::path::TreePath;
use crate::pyproject::pyproject;
use crate::readme::readme;
use crate::rewrite::{Moved, Rewritten, rewrite_all};
use crate::tree::{File, FileTree};

/// The file in the package that tells linters downstream which names were bare modules once.
const MODULES_FILE: &str = "_runtime_modules.json";

/// What a file of compiled code is called, on the systems that Python runs on.
pub(crate) const COMPILED: [&str; 4] = ["so", "pyd", "dylib", "dll"];

/// A package, assembled: what lies in the output folder and in the archives, and how it came to be.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// The version.
    pub version: PackageVersion,
    /// The import package's folder, `pyproject.toml`, `README.md` and the license files.
    pub tree: FileTree,
    /// The README, which is also the description in the metadata.
    pub readme: String,
    /// The Python files in the order of their paths, and what became of the imports in each.
    pub rewritten: Vec<Rewritten>,
    pub(crate) import_package: TreePath,
}

impl Assembled {
    /// The files of the import package: what a wheel installs.
    pub fn package_files(&self) -> impl Iterator<Item = (&TreePath, &File)> {
        self.tree.iter().filter(|(path, _)| path.below(&self.import_package).is_some())
    }
}

/// Assembles the package of `version`.
///
/// `tree` holds the source folder and the manifest's other files, by their paths relative to the manifest; what
/// it holds beside them does not matter. Modules move below the import package and their imports with them.
///
/// # Errors
/// When the folder is not as the manifest lists it, a module cannot be read as Python, or files are missing.
pub fn assemble(
    tree: &FileTree,
    manifest: &Manifest,
    version: &PackageVersion,
) -> Result<Assembled, BuildError> {
    let source = selected(tree, manifest)?;
    let drifts = drift(&source, &manifest.source);
    if !drifts.is_empty() {
        return Err(BuildError::Drift(drifts));
    }
    let import_package = folder(&manifest.package.import_package);
    let own = own_readme(tree, manifest)?;
    let readme = readme(manifest, version, own);
    let mut package = FileTree::default();
    let mut rewritten = Vec::new();
    for Moved { path, file, rewritten: one } in rewrite_all(&source, manifest)? {
        package.insert(path.within(&import_package), file)?;
        rewritten.extend(one);
    }
    add_missing(&mut package, &import_package, manifest)?;
    package.insert(fixed("pyproject.toml"), File::regular(pyproject(manifest, version)))?;
    package.insert(fixed("README.md"), File::regular(readme.clone()))?;
    for path in &manifest.project.license_files {
        let file = tree.get(path).ok_or_else(|| missing(path, "a license file"))?;
        package.insert(path.clone(), File::regular(file.contents.clone()))?;
    }
    Ok(Assembled { version: version.clone(), tree: package, readme, rewritten, import_package })
}

/// The files of the source folder that are not left out, by their paths below it.
fn selected(tree: &FileTree, manifest: &Manifest) -> Result<FileTree, BuildError> {
    let mut selected = FileTree::default();
    for (path, file) in tree.iter() {
        let Some(below) = path.below(&manifest.source.folder) else { continue };
        if manifest.source.excludes(&below) {
            continue;
        }
        if below.extension().is_some_and(|extension| COMPILED.contains(&extension)) {
            return Err(BuildError::Compiled(path.clone()));
        }
        if below.as_str() == MODULES_FILE {
            return Err(BuildError::Reserved(below));
        }
        selected.insert(below, file.clone())?;
    }
    if selected.is_empty() { Err(BuildError::NoSource(manifest.source.folder.clone())) } else { Ok(selected) }
}

/// What a package has and a folder of bare modules may lack.
fn add_missing(package: &mut FileTree, folder: &TreePath, manifest: &Manifest) -> Result<(), BuildError> {
    for marker in ["__init__.py", "py.typed"] {
        let path = fixed(marker).within(folder);
        if !package.contains(&path) {
            package.insert(path, File::regular(Bytes::new()))?;
        }
    }
    let names = |listed: &[crate::manifest::Listed]| {
        let mut names: Vec<_> = listed.iter().map(|one| one.name.to_string()).collect();
        names.sort();
        names
    };
    let modules = json!({
        "top_level_modules": names(&manifest.source.modules),
        "subpackages": names(&manifest.source.subpackages),
    });
    let text = format!("{modules:#}\n");
    Ok(package.insert(fixed(MODULES_FILE).within(folder), File::regular(text))?)
}

fn own_readme<'a>(tree: &'a FileTree, manifest: &Manifest) -> Result<Option<&'a str>, BuildError> {
    let Some(path) = &manifest.project.readme else { return Ok(None) };
    let file = tree.get(path).ok_or_else(|| missing(path, "the readme"))?;
    let text = std::str::from_utf8(&file.contents).map_err(|_| BuildError::ReadmeNotText(path.clone()))?;
    Ok(Some(text.trim_start_matches('\u{feff}')))
}

fn missing(path: &TreePath, role: &'static str) -> BuildError {
    BuildError::NoFile { path: path.clone(), role }
}

fn folder(name: &Identifier) -> TreePath {
    name.as_str().parse().expect("a Python name is a path of one component")
}

fn fixed(path: &str) -> TreePath {
    path.parse().expect("the names of files that every package has are valid")
}
