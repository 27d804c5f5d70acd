//! The tree of a mirror: the package, and what the repository has beside it.

use crate::assemble::Assembled;
use crate::error::BuildError;
use crate::tree::FileTree;

/// The format of a mirror's tree, as this version of the builder makes it.
///
/// Every change of what [`assemble`](crate::assemble()) or [`mirror_tree`] makes of the same source raises it: older
/// commits of a mirror were made by an older builder, and must not look forged to a newer one.
pub const MIRROR_FORMAT: u32 = 1;

/// The tree of a mirror: the assembled package, and the files that `[mirror] files` names, as they are; these are by
/// their paths below that folder.
///
/// # Errors
/// When a file of the mirror has the path of one of the package.
pub fn mirror_tree(assembled: &Assembled, beside: &FileTree) -> Result<FileTree, BuildError> {
    let mut tree = assembled.tree.clone();
    for (path, file) in beside.iter() {
        tree.insert(path.clone(), file.clone())?;
    }
    Ok(tree)
}
