//! `cargo xtask demo`: the main job, on an embedded forge and an embedded index, with nothing to sign up for.
//!
//! Everything that is shown is real but forge and index: the binaries, their requests, the git repository, the package,
//! uv, pip, and the `git ls-remote` that looks at it. The demo checks what it shows, and fails when it is not so.
//! `--with-docker` goes on to a host: a real engine and a real registry, which the rest does without.

mod cascading;
mod hosting;
mod mirroring;
mod publishing;
mod tagging;
mod validating;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use local_forge::{Dialect, LocalForge};

use crate::compile::{self, Profile};
use crate::job::{Job, Told};
use crate::mirror::Key;
use crate::python::Python;
use crate::workspace::Workspace;
use hosting::Host;

/// What is shown.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Go on to a host: a template's image is pushed, cascade takes its receipt, and refresh-images brings a workspace to
    /// it. Needs root on Debian or Ubuntu, for an engine and a registry of its own
    #[arg(long)]
    with_docker: bool,
}

const REPO: &str = "acme/runtime";
/// The tag that the merge asks for.
const TAG: &str = "runtime-v1.4.0";

/// The programs that are shown.
struct Programs {
    auto_tag: std::path::PathBuf,
    publish: std::path::PathBuf,
    cascade: std::path::PathBuf,
    validate_template: std::path::PathBuf,
    /// The folder that `uv` is in.
    uv: std::path::PathBuf,
    python: Python,
}

/// Shows a merged pull request becoming a tag, the tag a release that installs and a commit of a mirror that takes no
/// other, and the release told to eight templates, on both kinds of forge, and on request what becomes of it on a host;
/// then two templates that build on the release, one of which cannot work.
///
/// # Errors
///
/// When something is not as it is said to be, or a host is asked for and cannot be had.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    // Declared first, so that it goes last: the engine keeps its files in it.
    let scratch = tempfile::Builder::new().prefix("runtime-actions-demo-").tempdir()?;
    let host = arguments.with_docker.then(|| Host::start(workspace, scratch.path())).transpose()?;
    println!("building auto-tag, publish, cascade and validate-template …");
    let python = Python::find().map_err(anyhow::Error::msg)?;
    let programs = Programs {
        auto_tag: compile::build(workspace, "auto-tag", Profile::Dev)?,
        publish: compile::build(workspace, "publish", Profile::Dev)?,
        cascade: compile::build(workspace, "cascade", Profile::Dev)?,
        validate_template: compile::build(workspace, "validate-template", Profile::Dev)?,
        uv: python.programs_of(workspace, crate::python::UV)?,
        python,
    };
    let began = Instant::now();
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let folder = tempfile::tempdir()?;
        show(dialect, &programs, workspace, host.as_ref(), folder.path())
            .with_context(|| format!("the demo on {dialect} failed"))?;
    }
    validating::show(&programs.validate_template, workspace).context("the demo of templates failed")?;
    if host.is_some() {
        println!(
            "\nThe image of the release has its receipt, and the host's workspace runs it with its data."
        );
    }
    println!(
        "\nBoth forges hold exactly the tags they should, both indexes and mirrors the release, the edit by hand was refused, \
         each template was told once, and only the one that works was let through. This took {:.1} s.",
        began.elapsed().as_secs_f32()
    );
    Ok(())
}

fn show(
    dialect: Dialect,
    programs: &Programs,
    workspace: &Workspace,
    host: Option<&Host>,
    folder: &Path,
) -> anyhow::Result<()> {
    title(&format!("{dialect}: a forge on loopback, with a real git repository"));
    let forge = LocalForge::start(dialect);
    let source = folder.join("runtime");
    crate::folder::copy(&workspace.root().join("examples/workspace"), &source)?;
    mirroring::set_up(&forge, workspace, &source)?;
    tagging::show(&forge, programs, &source, folder)?;
    let key = Key::generate()?;
    let (index, mirrored) = publishing::show(&forge, programs, &key, folder)?;
    mirroring::show(&forge, programs, &key, &mirrored, folder)?;
    cascading::show(&forge, &index, programs, workspace, folder)?;
    host.map_or(Ok(()), |host| host.show(&forge, &index, programs, folder))
}

/// Runs the step and prints its log, indented.
fn step(job: &Job, binary: &Path) -> anyhow::Result<Told> {
    step_ending(job, binary, 0)
}

/// Runs the step, which must end with this exit code, and prints its log, indented.
fn step_ending(job: &Job, binary: &Path, exit: i32) -> anyhow::Result<Told> {
    ending(&mut job.command(binary)?, job, exit)
}

/// The same of a step whose command has arguments.
fn ending(command: &mut Command, job: &Job, exit: i32) -> anyhow::Result<Told> {
    let ran = command.output()?;
    let log = String::from_utf8(ran.stdout)?;
    // the runner obeys these lines and does not show them
    let is_shown = |line: &&str| !line.starts_with("::add-mask::");
    let shown: Vec<_> = log.lines().filter(is_shown).collect();
    println!("{}", indent(&shown.join("\n")));
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(
        ran.status.code() == Some(exit),
        "the step ended with {} and not {exit}: {}",
        ran.status,
        said.trim()
    );
    job.told()
}

fn show_outputs(told: &Told, names: &[&str]) {
    println!("\nits outputs:");
    for name in names {
        println!("  {name} = {}", told.outputs.get(*name).map_or("", String::as_str));
    }
}

fn title(text: &str) {
    println!("\n{}\n{text}\n", "─".repeat(text.chars().count()));
}

fn indent(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
