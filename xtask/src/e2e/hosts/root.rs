//! File systems of one static program, to make images of.

use std::path::{Path, PathBuf};

use crate::process;

/// The commands that an image has.
const APPLETS: [&str; 4] = ["sh", "sleep", "touch", "ls"];

/// Packs a static busybox and these files, each by its path, as an archive below `folder`; where it lies.
///
/// # Errors
///
/// When there is no busybox, or something cannot be written.
pub(crate) fn pack(folder: &Path, files: &[(&str, &[u8])]) -> anyhow::Result<PathBuf> {
    let root = folder.join("root");
    fs_err::create_dir_all(root.join("bin"))?;
    let busybox = process::output(process::command("sh").args(["-c", "command -v busybox"]))?;
    fs_err::copy(busybox.trim(), root.join("bin/busybox"))?;
    for applet in APPLETS {
        std::os::unix::fs::symlink("busybox", root.join("bin").join(applet))?;
    }
    for (path, bytes) in files {
        let path = root.join(path);
        fs_err::create_dir_all(path.parent().expect("it lies below the root"))?;
        fs_err::write(path, bytes)?;
    }
    let archive = folder.join("root.tar");
    let mut tar = process::command("tar");
    process::run(tar.arg("--create").arg("--file").arg(&archive).arg("--directory").arg(&root).arg("."))?;
    Ok(archive)
}
