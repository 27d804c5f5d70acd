//! The images of a run: the action's own, and the one its job runs in.

use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::absent::Absent;
use super::debian;
use super::engine::Engine;
use crate::compile::{self, Profile};
use crate::process;
use crate::workspace::Workspace;

/// The image of a job whose steps are container actions and plain shell.
pub(crate) const JOB: &str = "runtime-actions-e2e/job:latest";

/// The program to make the job's image of.
const BUSYBOX: &str = "busybox";

/// An image tag on a borrowed engine, given back at the end: what bore the name before bears it again.
#[derive(Debug)]
pub(crate) struct BorrowedTag<'engine> {
    engine: &'engine Engine,
    name: String,
    before: Option<String>,
}

impl<'engine> BorrowedTag<'engine> {
    fn take(engine: &'engine Engine, name: &str) -> Self {
        Self { engine, name: name.to_owned(), before: image_id(engine, name) }
    }

    fn give_back(&self) -> anyhow::Result<()> {
        let docker = |arguments: &[&str]| process::output(self.engine.docker().args(arguments));
        let Some(ours) = image_id(self.engine, &self.name) else { return Ok(()) };
        if let Some(before) = &self.before {
            docker(&["tag", before, &self.name])?;
        }
        if self.before.as_ref() != Some(&ours) {
            docker(&["rmi", "--force", &ours])?;
        }
        Ok(())
    }
}

impl Drop for BorrowedTag<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.give_back() {
            eprintln!("warning: the image `{}` of this run stays behind: {error:#}", self.name);
        }
    }
}

/// The image that bears this name, if any does.
fn image_id(engine: &Engine, name: &str) -> Option<String> {
    let id = process::output(engine.docker().args(["image", "inspect", "--format", "{{.Id}}", name])).ok()?;
    Some(id.trim().to_owned())
}

/// Builds an action's image with the root Dockerfile, under the name that its `action.yml` asks for.
pub(crate) fn build_action<'engine>(
    workspace: &Workspace,
    engine: &'engine Engine,
    action: &str,
    scratch: &Path,
) -> anyhow::Result<BorrowedTag<'engine>> {
    let binary = compile::build_statically(workspace, action, Profile::Dev)?;
    let context = scratch.join("context").join(action);
    let folder = context.join("dist").join(docker_architecture()?);
    fs_err::create_dir_all(&folder)?;
    fs_err::copy(binary, folder.join(action))?;

    let name = image_of(workspace, action)?;
    let tag = BorrowedTag::take(engine, &name);
    process::output(
        engine
            .docker()
            .args([
                "build",
                "--quiet",
                "--build-arg",
                "BINARIES=prebuilt",
                "--target",
                action,
                "--tag",
                &name,
            ])
            .arg("--file")
            .arg(workspace.root().join("Dockerfile"))
            .arg(&context),
    )?;
    Ok(tag)
}

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

/// Makes the job's image of a static busybox: a second and two megabytes, and no registry.
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

    let archive = root.with_extension("tar");
    process::run(
        process::command("tar")
            .arg("--create")
            .arg("--file")
            .arg(&archive)
            .arg("--directory")
            .arg(root)
            .arg("."),
    )?;
    let tag = BorrowedTag::take(engine, JOB);
    process::output(engine.docker().arg("import").arg(&archive).arg(JOB))?;
    Ok(tag)
}

/// Whether this machine can compile what a Linux container runs.
pub(crate) fn check_host() -> Result<(), Absent> {
    compile::host_target()
        .and(docker_architecture())
        .map(drop)
        .map_err(|error| Absent::new(error.to_string()))
}

/// This machine's architecture, as Docker calls it.
fn docker_architecture() -> anyhow::Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => bail!("no image is built for `{other}`"),
    }
}

/// The image reference in an action's `action.yml`.
fn image_of(workspace: &Workspace, action: &str) -> anyhow::Result<String> {
    let path = workspace.root().join(action).join("action.yml");
    let metadata = fs_err::read_to_string(&path)?;
    let image = metadata.lines().find_map(|line| line.trim().strip_prefix("image: \"docker://"));
    let image = image.and_then(|rest| rest.strip_suffix('"'));
    Ok(image.with_context(|| format!("`{}` names no `docker://` image", path.display()))?.to_owned())
}
