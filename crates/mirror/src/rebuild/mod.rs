//! Making a mirror's files again, from the source commit that it names.
//!
//! The one part of this crate that reads: git's objects, by their ids. What a commit claims to be made of is then
//! known without trusting the key that signed it, since the same source makes the same files everywhere.

mod source;
#[cfg(test)]
mod tests;

use domain::{CommitSha, PackageVersion, Sha256};
use git::objects::{ObjectError, Objects};
use package::{
    BuildError, File, FileTree, Layout, MANIFEST_NAME, MIRROR_FORMAT, Manifest, ManifestError, Mode,
    PathError, TreeError, TreePath, assemble, mirror_tree,
};

use self::source::Source;
use crate::place::SourceFolder;
use crate::tree_hash::{FileMode, content_hash, tree_hash};

/// What a mirror's files are made of.
#[derive(Debug, Clone)]
pub struct Recipe<'a> {
    /// The commit of the source repository.
    pub commit: &'a CommitSha,
    /// The folder of modules in it.
    pub folder: &'a SourceFolder,
    /// The version.
    pub version: &'a PackageVersion,
    /// The format of trees.
    pub format: u32,
}

/// A mirror's files, made of their source.
#[derive(Debug, Clone)]
pub struct Rebuilt {
    /// The files.
    pub tree: FileTree,
    /// Those of them that are the package: what was published, too.
    pub package: FileTree,
    /// The manifest that they were made by.
    pub manifest: Box<Manifest>,
}

/// Why a mirror's files cannot be made again.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// They are of a format that only another version of the builder makes.
    #[error("its files are of format {found}, and format {MIRROR_FORMAT} is what this version makes")]
    Format {
        /// Their format.
        found: u32,
    },
    /// The source cannot be read.
    #[error(transparent)]
    Objects(#[from] ObjectError),
    /// There is no manifest for the folder.
    #[error("no `{MANIFEST_NAME}` above the folder `{folder}` of commit {commit} has it as its source")]
    NoManifest {
        /// The folder.
        folder: SourceFolder,
        /// The commit.
        commit: CommitSha,
    },
    /// The manifest cannot be used.
    #[error("the manifest `{path}` cannot be used: {error}")]
    Manifest {
        /// Its path.
        path: String,
        /// Why.
        error: ManifestError,
    },
    /// An entry of the source is nothing that can be packaged.
    #[error("`{path}` of the source is {what}")]
    Entry {
        /// Its path.
        path: String,
        /// What it is, as a noun phrase.
        what: &'static str,
    },
    /// A path that some system cannot hold.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two files for one place.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The builder refuses the source.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// Makes the files of a mirror from the objects of the source repository.
///
/// # Errors
/// When an object is missing, the source is not what the builder takes, or the format is another one.
pub fn rebuild(objects: &Objects, recipe: &Recipe<'_>) -> Result<Rebuilt, RebuildError> {
    if recipe.format != MIRROR_FORMAT {
        return Err(RebuildError::Format { found: recipe.format });
    }
    let source = Source::of_commit(objects, recipe.commit)?;
    let (root, manifest) = manifest(&source, recipe)?;
    let mut tree = FileTree::default();
    let home = within(&root, manifest.source.folder.as_str());
    for (below, file) in source.files(&home, |path, kind| left_out(&manifest, path, kind))? {
        let path: TreePath = below.parse()?;
        tree.insert(path.within(&manifest.source.folder), file)?;
    }
    for path in manifest.extra_files() {
        if let Some(file) = source.file(&root, path.as_str())?
            && !tree.contains(path)
        {
            tree.insert(path.clone(), File::regular(file.contents))?;
        }
    }
    let mut beside = FileTree::default();
    if let Some(folder) = manifest.mirror.as_ref().and_then(|mirror| mirror.files.as_ref()) {
        for (below, file) in source.files(&within(&root, folder.as_str()), |_, _| false)? {
            beside.insert(below.parse()?, file)?;
        }
    }
    let assembled = assemble(&tree, &manifest, recipe.version)?;
    Ok(Rebuilt { tree: mirror_tree(&assembled, &beside)?, package: assembled.tree, manifest })
}

/// The digest of a tree of files, by [`tree_hash`](crate::tree_hash()).
#[must_use]
pub fn digest(tree: &FileTree) -> Sha256 {
    let files = tree.iter().map(|(path, file)| {
        (FileMode::from(file.mode), content_hash(&file.contents), path.as_str().as_bytes())
    });
    tree_hash(files).expect("a tree has no two files at one path")
}

impl From<Mode> for FileMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Regular => Self::Regular,
            Mode::Executable => Self::Executable,
        }
    }
}

/// What an entry of the source is to those that leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// It may be meant as either.
    Link,
}

/// Whether the build leaves out an entry, by its path below the source folder.
fn left_out(manifest: &Manifest, path: &str, kind: Kind) -> bool {
    match kind {
        Kind::Folder => manifest.source.excludes_folder(path),
        Kind::File => manifest.source.excludes_file(path),
        Kind::Link => manifest.source.excludes_file(path) || manifest.source.excludes_folder(path),
    }
}

/// The nearest manifest above the folder that names it as its source, and the folder that it lies in.
fn manifest(source: &Source<'_>, recipe: &Recipe<'_>) -> Result<(String, Box<Manifest>), RebuildError> {
    let folder = recipe.folder.as_str();
    let above = folder.match_indices('/').map(|(end, _)| &folder[..end]).collect::<Vec<_>>();
    for root in above.into_iter().rev().chain([""]) {
        let Some(file) = source.file(root, MANIFEST_NAME)? else { continue };
        let path = within(root, MANIFEST_NAME);
        let text = str::from_utf8(&file.contents)
            .map_err(|_| RebuildError::Entry { path: path.clone(), what: "no UTF-8" })?;
        let layout = Layout::parse(text).map_err(|error| RebuildError::Manifest { path, error })?;
        if let Layout::Monorepo(manifest) = layout
            && within(root, manifest.source.folder.as_str()) == folder
        {
            return Ok((root.to_owned(), manifest));
        }
    }
    Err(RebuildError::NoManifest { folder: recipe.folder.clone(), commit: recipe.commit.clone() })
}

/// A path below a folder, which may be the top.
fn within(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
