//! The image that a workflow's jobs run in.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::BorrowedTag;
use crate::e2e::absent::Absent;
use crate::e2e::debian;
use crate::e2e::engine::Engine;
use crate::process;

/// The image of a job whose steps are container actions and plain shell.
pub(crate) const JOB: &str = "runtime-actions-e2e/job:latest";

/// The program to make the job's image of.
const BUSYBOX: &str = "busybox";
/// What a workflow's own step fetches a mirror by, and the part of it that answers.
const GIT: &str = "git";
const GIT_SERVES: &str = "git-upload-pack";

/// Makes sure that the job's image can be made here.
pub(crate) fn check_job() -> Result<(), Absent> {
    debian::ensure(BUSYBOX, "busybox-static")?;
    let path = process::output(process::command("sh").args(["-c", "command -v \"$0\"", BUSYBOX]));
    let is_dynamic = path.is_ok_and(|path| process::output(process::command("ldd").arg(path.trim())).is_ok());
    if is_dynamic {
        return Err(Absent::new("the `busybox` here needs shared libraries: install `busybox-static`"));
    }
    Ok(())
}

/// Makes the job's image of a static busybox and of this machine's git: a second and a few megabytes, and no registry.
pub(crate) fn import_job<'engine>(
    engine: &'engine Engine,
    scratch: &Path,
) -> anyhow::Result<BorrowedTag<'engine>> {
    let root = &scratch.join("job");
    let programs = root.join("bin");
    fs_err::create_dir_all(&programs)?;
    fs_err::create_dir_all(root.join("tmp"))?;
    let found = process::output(process::command("sh").args(["-c", "command -v \"$0\"", BUSYBOX]))?;
    fs_err::copy(found.trim(), programs.join(BUSYBOX))?;
    for applet in process::output(process::command(BUSYBOX).arg("--list"))?.lines() {
        if applet != BUSYBOX {
            symlink(BUSYBOX, programs.join(applet))?;
        }
    }
    // A `run:` step asks for bash where its workflow names no shell; these steps are plain enough for sh.
    let bash = programs.join("bash");
    fs_err::write(&bash, "#!/bin/sh\nexec /bin/sh \"$@\"\n")?;
    process::run(process::command("chmod").arg("755").arg(&bash))?;

    add_git(root)?;
    super::import(engine, root, JOB)
}

/// Copies git with the libraries that it is linked with, each to where it is looked for.
fn add_git(root: &Path) -> anyhow::Result<()> {
    let path = process::output(process::command("sh").args(["-c", "command -v \"$0\"", GIT]))?;
    fs_err::copy(path.trim(), root.join("bin").join(GIT))?;
    symlink(GIT, root.join("bin").join(GIT_SERVES))?;
    let linked = process::output(process::command("ldd").arg(path.trim()))?;
    for library in linked.split_whitespace().filter_map(|word| word.strip_prefix('/')) {
        let copy = root.join(library);
        fs_err::create_dir_all(copy.parent().expect("a library lies in a folder"))?;
        fs_err::copy(Path::new("/").join(library), copy)?;
    }
    Ok(())
}
