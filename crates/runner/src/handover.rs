//! Who owns what a container wrote.

use std::io;
use std::path::Path;

/// Gives `path`, with all that lies in it, to the owner of `workspace`.
///
/// An action in a container runs as root, by the runner's contract; the steps after it do not, and could neither
/// change nor remove what it wrote.
#[cfg(unix)]
pub fn hand_over(path: &Path, workspace: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs_err::metadata(workspace)?;
    give(path, owner.uid(), owner.gid())
}

#[cfg(unix)]
fn give(path: &Path, user: u32, group: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, lchown};
    let found = fs_err::symlink_metadata(path)?;
    if (found.uid(), found.gid()) != (user, group) {
        lchown(path, Some(user), Some(group))?;
    }
    if found.is_dir() {
        for entry in fs_err::read_dir(path)? {
            give(&entry?.path(), user, group)?;
        }
    }
    Ok(())
}

/// Nothing: only Linux runners start containers.
#[cfg(not(unix))]
pub fn hand_over(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}
