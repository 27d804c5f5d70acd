//! The proof of a wheel that another backend built.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use python::{Module, Report};
use zip::ZipArchive;

use super::claims::Claims;
use super::contents::outside;
use super::finding::{Finding, FindingKind};
use super::modules::Modules;
use super::{Proof, imports, promises};
use crate::manifest::{
    CommandName, Dependency, Identifier, InvalidWord, ObjectReference, RequiresPython, StandaloneManifest,
};
use crate::parallel;
use crate::path::{PathError, TreePath};
use crate::rewrite::Rewritten;
use crate::tree::{File, FileTree, TreeError};

/// How much a wheel may unpack to.
const LARGEST: u64 = 2 << 30;

/// What a wheel without `Requires-Python` runs on, for the proof: every Python whose library is known.
const ANY_PYTHON: &str = ">=3.7";

/// A wheel that another backend built, and what its metadata says.
#[derive(Debug, Clone, Copy)]
pub struct BuiltWheel<'a> {
    /// Its file name.
    pub file_name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its `Requires-Python`, if it has one.
    pub requires_python: Option<&'a str>,
    /// Its `Requires-Dist`. What only an extra brings counts as declared: the modules that need it are imported by
    /// those who asked for the extra.
    pub dependencies: &'a [&'a str],
}

/// Why a wheel cannot be proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WheelError {
    /// It cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Archive(String),
    /// It unpacks to more than anybody wants to install.
    #[error("it unpacks to more than {LARGEST} bytes")]
    TooLarge,
    /// A path that some system cannot hold.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two files for one place.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A value of its metadata that cannot be read.
    #[error("its {field} cannot be read")]
    Metadata {
        /// The field or file.
        field: &'static str,
        /// Why.
        source: InvalidWord,
    },
}

/// Proves a wheel that another backend built: the same closed world as for a package that is assembled here.
///
/// Findings name files as they lie in the wheel.
///
/// # Errors
/// When the wheel cannot be read.
pub fn prove_wheel(wheel: &BuiltWheel<'_>, manifest: &StandaloneManifest) -> Result<Proof, WheelError> {
    let tree = unpacked(wheel.bytes)?;
    let import_package = &manifest.package.import_package;
    let folder: TreePath = import_package.as_str().parse()?;
    let requires_python: RequiresPython =
        metadata("Requires-Python", wheel.requires_python.unwrap_or(ANY_PYTHON))?;
    let dependencies: Vec<Dependency> =
        wheel.dependencies.iter().map(|one| metadata("Requires-Dist", one)).collect::<Result<_, _>>()?;
    let scripts = scripts(&tree)?;
    let claims = Claims {
        import_package,
        folder: &folder,
        source: None,
        requires_python: &requires_python,
        dependencies: &dependencies,
        import_names: &manifest.import_names,
        proof: &manifest.proof,
        scripts: &scripts,
        smoke: &manifest.smoke,
        declared_in: "pyproject.toml",
    };
    let below: Vec<_> = tree.iter().filter_map(|(path, file)| Some((path.below(&folder)?, file))).collect();
    let (modules, unreadable) = parsed(&below, &folder);
    let known = Modules::of(&modules, below.iter().map(|(path, _)| path), &claims);
    let mut proof = Proof { findings: foreign(wheel.file_name, &tree, import_package), ..Proof::default() };
    if below.is_empty() {
        proof.findings.push(empty(import_package));
    }
    proof.findings.extend(unreadable);
    imports::prove(&modules, &claims, &known, &mut proof);
    promises::prove(&claims, &known, &mut proof);
    Ok(proof)
}

fn metadata<T: std::str::FromStr<Err = InvalidWord>>(
    field: &'static str,
    text: &str,
) -> Result<T, WheelError> {
    text.parse().map_err(|source| WheelError::Metadata { field, source })
}

fn unpacked(bytes: &[u8]) -> Result<FileTree, WheelError> {
    let broken = |error: &dyn std::fmt::Display| WheelError::Archive(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let (mut tree, mut room) = (FileTree::default(), LARGEST);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        if entry.is_dir() {
            continue;
        }
        let path: TreePath = entry.name().map_err(|error| broken(&error))?.parse()?;
        let mut contents = Vec::new();
        // what the archive says of its sizes is not believed
        entry.take(room + 1).read_to_end(&mut contents).map_err(|error| broken(&error))?;
        room = room.checked_sub(contents.len() as u64).ok_or(WheelError::TooLarge)?;
        tree.insert(path, File::regular(contents))?;
    }
    Ok(tree)
}

/// The Python files, read, and those that Python cannot read.
fn parsed(files: &[(TreePath, &File)], folder: &TreePath) -> (Vec<Rewritten>, Vec<Finding>) {
    let python: Vec<_> =
        files.iter().filter(|(path, _)| matches!(path.extension(), Some("py" | "pyi"))).collect();
    let read = parallel::map(&python, |(path, file)| {
        let in_wheel = path.within(folder);
        match Module::parse(in_wheel.as_str(), file.contents.to_vec()) {
            Ok(module) => {
                let report = Report { path: in_wheel.to_string(), edits: Vec::new(), left_alone: Vec::new() };
                Ok(Rewritten { path: path.clone(), report, outline: module.into_parts().1 })
            }
            Err(error) => Err(Finding {
                kind: FindingKind::NotPython,
                path: Some(in_wheel),
                position: Some(error.position),
                message: error.kind.to_string(),
                hint: Some("correct it, or give a file that is no module another extension".to_owned()),
            }),
        }
    });
    let (mut modules, mut unreadable) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(module) => modules.push(module),
            Err(finding) => unreadable.push(finding),
        }
    }
    (modules, unreadable)
}

/// Files beside the package and the wheel's metadata. Scripts, headers and data have a folder of their own.
/// <https://packaging.python.org/en/latest/specifications/binary-distribution-format/#the-data-directory>
fn foreign(file_name: &str, tree: &FileTree, import_package: &Identifier) -> Vec<Finding> {
    let entries: Vec<_> = tree.paths().map(ToString::to_string).collect();
    let tops = tree.paths().map(TreePath::top);
    let mut own: Vec<_> =
        tops.filter(|top| top.ends_with(".dist-info")).map(|top| format!("{top}/")).collect();
    own.dedup();
    let data = own.iter().filter_map(|top| top.strip_suffix(".dist-info/"));
    let data =
        data.flat_map(|stem| ["scripts", "headers", "data"].map(|kind| format!("{stem}.data/{kind}/")));
    own.extend(data.collect::<Vec<_>>());
    own.push(format!("{import_package}/"));
    outside(file_name, &entries, &own)
}

fn empty(import_package: &Identifier) -> Finding {
    Finding {
        kind: FindingKind::NoModule,
        path: None,
        position: None,
        message: format!("the wheel has no `{import_package}`"),
        hint: Some("set `import-package` to what the wheel holds, or have the backend ship it".to_owned()),
    }
}

/// The commands that a wheel declares. <https://packaging.python.org/en/latest/specifications/entry-points/>
fn scripts(tree: &FileTree) -> Result<BTreeMap<CommandName, ObjectReference>, WheelError> {
    let declares = |path: &TreePath| {
        path.top().ends_with(".dist-info") && path.as_str() == format!("{}/entry_points.txt", path.top())
    };
    let text = tree.iter().find(|(path, _)| declares(path));
    let text = text.map(|(_, file)| String::from_utf8_lossy(&file.contents)).unwrap_or_default();
    let (mut scripts, mut group) = (BTreeMap::new(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut group);
        } else if let (Some((name, object)), "console_scripts" | "gui_scripts") =
            (line.split_once('='), group.as_str())
        {
            // extras in brackets, of old, say nothing about the object
            let object = object.split('[').next().unwrap_or_default().trim();
            let (name, object) = (name.trim(), object.replace(' ', ""));
            scripts.insert(metadata("entry_points.txt", name)?, metadata("entry_points.txt", &object)?);
        }
    }
    Ok(scripts)
}
