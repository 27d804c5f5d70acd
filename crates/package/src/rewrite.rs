//! The imports of the source's modules, moved below the import package.

use python::{Module, Outline, Position, RelocateError, Relocation, Report};

use crate::error::{BuildError, SourceError};
use crate::manifest::{Identifier, Manifest};
use crate::parallel;
use crate::path::TreePath;
use crate::tree::{File, FileTree};

/// A Python file of the package: where it came from, and what became of its imports.
#[derive(Debug, Clone)]
pub struct Rewritten {
    /// Its path below the source folder, and below the import package.
    pub path: TreePath,
    /// Every edit, and everything that was left alone on purpose.
    pub report: Report,
    /// What it imports and defines now.
    pub(crate) outline: Outline,
}

/// A file on its way from the source folder into the package.
pub(crate) struct Moved {
    pub(crate) path: TreePath,
    pub(crate) file: File,
    pub(crate) rewritten: Option<Rewritten>,
}

/// Every file of the source folder as the package holds it: Python with its imports moved, all else as it is.
pub(crate) fn rewrite_all(source: &FileTree, manifest: &Manifest) -> Result<Vec<Moved>, BuildError> {
    let relocation = Relocation::new(
        manifest.package.import_package.as_str(),
        manifest.source.roots().map(Identifier::as_str),
    )
    .expect("a manifest's names are Python names, and none is the package's own")
    .allowing_dunder_import(manifest.source.tolerate_dunder_import.iter().map(Identifier::as_str));
    let files: Vec<_> = source.iter().collect();
    let moved = parallel::map(&files, |(path, file)| {
        if is_python(path) { rewrite(path, file, manifest, &relocation) } else { Ok(untouched(path, file)) }
    });
    let mut errors = Vec::new();
    let moved =
        moved.into_iter().filter_map(|moved| moved.map_err(|error| errors.push(error)).ok()).collect();
    if errors.is_empty() { Ok(moved) } else { Err(BuildError::Source(errors)) }
}

/// Modules and stubs, which have imports of their own.
fn is_python(path: &TreePath) -> bool {
    matches!(path.extension(), Some("py" | "pyi"))
}

fn untouched(path: &TreePath, file: &File) -> Moved {
    Moved { path: path.clone(), file: file.clone(), rewritten: None }
}

fn rewrite(
    path: &TreePath,
    file: &File,
    manifest: &Manifest,
    relocation: &Relocation,
) -> Result<Moved, SourceError> {
    let in_source = path.within(&manifest.source.folder);
    let fault =
        |position: Option<Position>, message| SourceError { path: in_source.clone(), position, message };
    let module = Module::parse(in_source.as_str(), file.contents.to_vec())
        .map_err(|error| fault(Some(error.position), error.kind.to_string()))?;
    let relocated = module.relocate(relocation).map_err(|error| match error {
        RelocateError::DunderImport { position, module, .. } => fault(
            Some(position),
            format!(
                "`__import__(\"{module}\")` cannot be rewritten, because it returns the package: \
                 use `importlib.import_module`, or add the line `\"{}\",` to `tolerate-dunder-import`",
                module.split('.').next().unwrap_or_default()
            ),
        ),
        other => fault(None, other.to_string()),
    })?;
    let (bytes, outline) = relocated.module.into_parts();
    let rewritten = Rewritten { path: path.clone(), report: relocated.report, outline };
    let file = File { contents: bytes.into(), mode: file.mode };
    Ok(Moved { path: path.clone(), file, rewritten: Some(rewritten) })
}
