//! The images that hold one program and nothing else: how large they are, and how soon the program in them runs.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow, ensure};

use super::measure::{Surroundings, cost_of, median};
use super::mib;
use crate::compile::{self, Profile};
use crate::e2e::{Engine, SCRATCH, image};
use crate::process;
use crate::workspace::Workspace;

/// The most that an image may hold, as it lies on the runner's disk and as it goes over the wire.
const MOST_UNPACKED: f64 = 8.0;
const MOST_COMPRESSED: f64 = 3.5;

const ROUNDS: usize = 11;

/// What start-up is measured against: an image whose program does nothing.
const BARE: &str = "runtime-actions-bench/bare:latest";
const BARE_SOURCE: &str = "fn main() {}";

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    // Declared first, so that it goes last: the engine keeps its files in it.
    let scratch = tempfile::Builder::new().prefix("runtime-actions-bench-").tempdir()?;
    let engine =
        Engine::find_or_start(&scratch.path().join("engine")).map_err(|absent| anyhow!("{absent}"))?;
    println!("\nbuilding the images as they are shipped …");
    let bare = bare(&engine, scratch.path())?;
    let mut broken = Vec::new();
    println!(
        "\nimages of one program for {}, on {}; start-up is the median of {ROUNDS} rounds of `docker run`",
        compile::static_target(Profile::Release)?,
        engine.describe()
    );
    println!("{:<20} {:>10} {:>12} {:>10} {:>12}", "", "unpacked", "compressed", "start-up", "over a bare");
    for action in SCRATCH {
        let tag = image::build_action(workspace, &engine, action, Profile::Release, &[], scratch.path())?;
        let (unpacked, compressed) = (unpacked(&engine, tag.name())?, compressed(&engine, tag.name())?);
        let (ours, theirs) = start_up(&engine, tag.name(), bare.name(), scratch.path())?;
        println!(
            "{action:<20} {unpacked:>6.2} MiB {compressed:>8.2} MiB {:>7.0} ms {:>9.0} ms",
            ours * 1e3,
            (ours - theirs) * 1e3
        );
        if unpacked > MOST_UNPACKED || compressed > MOST_COMPRESSED {
            broken.push(format!("{action} has {unpacked:.2} MiB, {compressed:.2} MiB compressed"));
        }
    }
    println!("promised: {MOST_UNPACKED} MiB unpacked and {MOST_COMPRESSED} MiB compressed, each");
    ensure!(broken.is_empty(), "not kept: {}", broken.join("; "));
    Ok(())
}

/// An image of the smallest program that the same compiler makes.
fn bare<'engine>(engine: &'engine Engine, scratch: &Path) -> anyhow::Result<image::BorrowedTag<'engine>> {
    let root = scratch.join("bare");
    fs_err::create_dir_all(&root)?;
    let source = scratch.join("bare.rs");
    fs_err::write(&source, BARE_SOURCE)?;
    process::output(
        process::command("rustc")
            .args(["-C", "target-feature=+crt-static", "-C", "opt-level=s", "-C", "strip=symbols", "-o"])
            .arg(root.join("bare"))
            .arg(&source),
    )?;
    image::import(engine, &root, BARE)
}

/// What the image takes on a disk, in MiB.
fn unpacked(engine: &Engine, name: &str) -> anyhow::Result<f64> {
    let size = process::output(engine.docker().args(["image", "inspect", "--format", "{{.Size}}", name]))?;
    Ok(mib(size.trim().parse().context("the engine tells no size")?))
}

/// What goes over the wire, in MiB: the image's archive under the compression that registries get.
fn compressed(engine: &Engine, name: &str) -> anyhow::Result<f64> {
    let mut saved = engine.docker().args(["save", name]).stdout(Stdio::piped()).spawn()?;
    let archive = saved.stdout.take().context("standard output was asked to be a pipe")?;
    let gzip = Command::new("gzip").arg("-6").stdin(archive).output().context("could not start `gzip`")?;
    ensure!(saved.wait()?.success() && gzip.status.success(), "could not save `{name}`");
    Ok(mib(u64::try_from(gzip.stdout.len())?))
}

/// From `docker run` to its end, in seconds: ours telling its inputs, and the bare one doing nothing.
fn start_up(engine: &Engine, ours: &str, bare: &str, scratch: &Path) -> anyhow::Result<(f64, f64)> {
    let run = |image: &str, command: &str| {
        let mut docker = engine.docker();
        docker.args(["run", "--rm", "--network", "none", "--entrypoint", command, image]);
        docker
    };
    let program = process::output(engine.docker().args([
        "image",
        "inspect",
        "--format",
        "{{index .Config.Entrypoint 0}}",
        ours,
    ]))?;
    let mut help = run(ours, program.trim());
    help.arg("--help");
    let nothing = run(bare, "/bare");
    let (mut costs, mut bare_costs) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let pair =
            (cost_of(&help, Surroundings::Ours, scratch)?, cost_of(&nothing, Surroundings::Ours, scratch)?);
        // the first round fills everybody's caches
        if round > 0 {
            costs.push(pair.0);
            bare_costs.push(pair.1);
        }
    }
    Ok((median(&costs)?.wall.as_secs_f64(), median(&bare_costs)?.wall.as_secs_f64()))
}
