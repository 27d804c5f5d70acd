//! The images of a run: the actions' own, the one their jobs run in, and what stands in for those that nobody pulls.

mod job;
mod python;

use std::path::Path;

use anyhow::{Context as _, bail};

use super::absent::Absent;
use super::engine::Engine;
use crate::compile::{self, Profile};
use crate::generate::DEFAULT_IMAGES;
use crate::process;
use crate::workspace::Workspace;
pub(crate) use job::{JOB, check_job, import_job};
pub(crate) use python::{Bases, PYTHON, Slim};

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

    /// The name it has.
    pub(crate) fn name(&self) -> &str {
        &self.name
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

/// Makes an image of a folder's files, and no more: no environment, no command.
pub(crate) fn import<'engine>(
    engine: &'engine Engine,
    root: &Path,
    name: &str,
) -> anyhow::Result<BorrowedTag<'engine>> {
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
    let tag = BorrowedTag::take(engine, name);
    process::output(engine.docker().arg("import").arg(&archive).arg(name))?;
    fs_err::remove_file(archive)?;
    Ok(tag)
}

/// Builds an action's image with the root Dockerfile, under the name that its `action.yml` asks for.
///
/// `arguments` are those of the Dockerfile that are to differ, as `NAME=VALUE`.
pub(crate) fn build_action<'engine>(
    workspace: &Workspace,
    engine: &'engine Engine,
    action: &str,
    profile: Profile,
    arguments: &[&str],
    scratch: &Path,
) -> anyhow::Result<BorrowedTag<'engine>> {
    let binary = compile::build_statically(workspace, action, profile)?;
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
                // Nothing is fetched: an engine of our own has no network for it.
                "--network",
                "none",
                "--build-arg",
                "BINARIES=prebuilt",
                "--target",
                action,
                "--tag",
                &name,
            ])
            .args(arguments.iter().flat_map(|argument| ["--build-arg", argument]))
            .arg("--file")
            .arg(workspace.root().join("Dockerfile"))
            .arg(&context),
    )?;
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

/// The image reference in an action's `action.yml`; that of a host's tool, which has none, is made the same way.
pub(crate) fn image_of(workspace: &Workspace, action: &str) -> anyhow::Result<String> {
    let path = workspace.root().join(action).join("action.yml");
    if !path.exists() {
        return Ok(DEFAULT_IMAGES.replace("{action}", action));
    }
    let metadata = fs_err::read_to_string(&path)?;
    let image = metadata.lines().find_map(|line| line.trim().strip_prefix("image: \"docker://"));
    let image = image.and_then(|rest| rest.strip_suffix('"'));
    Ok(image.with_context(|| format!("`{}` names no `docker://` image", path.display()))?.to_owned())
}
