//! Which files are in the repository.

use std::collections::BTreeSet;
use std::path::Path;

use super::git::git;
use crate::folder::Folder;

/// Those of the paths that git tracks; none where that cannot be told: outside of a repository, without git, or in a
/// repository that belongs to somebody else. All files count then.
///
/// Asked only where something was found, so that a clean folder costs no process.
pub(super) fn among(folder: &Folder, paths: &[&str]) -> Option<BTreeSet<String>> {
    if paths.is_empty() { None } else { listed(folder, paths).map(|paths| paths.into_iter().collect()) }
}

/// Every path in the folder that git tracks; none where that cannot be told.
pub(crate) fn tracked(folder: &Folder) -> Option<Vec<String>> {
    listed(folder, &[])
}

fn listed(folder: &Folder, paths: &[&str]) -> Option<Vec<String>> {
    let is_repository = |folder: &Path| fs_err::symlink_metadata(folder.join(".git")).is_ok();
    if !folder.root().ancestors().any(is_repository) {
        return None;
    }
    let mut command = git(folder.root(), &["--literal-pathspecs", "ls-files", "-z", "--"]);
    let output = command.args(paths).output().ok().filter(|output| output.status.success())?;
    let listed = String::from_utf8_lossy(&output.stdout);
    Some(listed.split_terminator('\0').map(str::to_owned).collect())
}
