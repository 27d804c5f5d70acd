//! A build of wheel and sdist, beside what `python -m build` and `uv build` take for the same package.
//!
//! Ours reads bare modules, rewrites them, proves the package, and writes tree and archives; the others build the
//! tree that ours wrote: with setuptools, which is what most packages are built by and what promises are held
//! against, and with flit, which the tree itself asks for. All are whole processes, taken in turn, so that what else
//! the machine does falls on all.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;
use fs_err as fs;

use super::measure::{Cost, Surroundings, cost_of, median};
use super::{mib, workspaces};
use crate::compile::{self, Profile};
use crate::process;
use crate::python::{Python, UV};
use crate::test::data::{self, DJANGO};
use crate::workspace::Workspace;

const ROUNDS: usize = 5;
/// The time that the archives carry.
const EPOCH: &str = "1700000000";

const PYTHON_BUILD: &str = "build==1.6.1";

/// How many times faster than others a build is promised to be.
struct Promise {
    python_build: Option<f64>,
    uv_build: f64,
}

const SMALL: Promise = Promise { python_build: Some(75.0), uv_build: 35.0 };
const LARGE: Promise = Promise { python_build: None, uv_build: 10.0 };
/// The most that a build may take of memory, in bytes.
const MOST_MEMORY: u64 = 150 * 1024 * 1024;

/// The programs that are compared.
struct Builders {
    ours: PathBuf,
    /// A Python with `build`.
    python: PathBuf,
    uv: PathBuf,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("\nbuilding publish as it is shipped …");
    let python = Python::find().map_err(anyhow::Error::msg)?;
    let builders = Builders {
        ours: compile::build(workspace, "publish", Profile::Release)?,
        python: python.programs_of(workspace, PYTHON_BUILD)?.join("python"),
        uv: python.programs_of(workspace, UV)?.join("uv"),
    };
    // A disk's own work, which goes on after a process has ended, would fall on whoever comes next.
    let in_memory = Path::new("/dev/shm");
    let scratch = tempfile::tempdir_in(if in_memory.is_dir() { in_memory } else { Path::new("/tmp") })?;
    let small = workspaces::small(&scratch.path().join("small"))?;
    let sources = DJANGO.fetch_into(&data::folder(workspace)?, python)?;
    let large = workspaces::django(&sources, &scratch.path().join("django"))?;
    println!(
        "\npublish build: {:.1} MiB, dynamically linked; median of {ROUNDS} rounds, whole processes",
        mib(fs::metadata(&builders.ours)?.len())
    );
    println!("{:<30} {:>9} {:>9} {:>11} {:>8}", "", "wall", "CPU", "memory", "slower");
    let mut broken = Vec::new();
    for (folder, promise) in [(small, SMALL), (large, LARGE)] {
        println!("{folder}");
        broken.extend(compare(&builders, &folder.path, &promise, scratch.path())?);
    }
    println!(
        "promised, with setuptools: the small runtime {} times faster than `python -m build` and {} times faster than \
         `uv build`, Django {} times faster than `uv build`; {} MiB of memory",
        SMALL.python_build.unwrap_or_default(),
        SMALL.uv_build,
        LARGE.uv_build,
        mib(MOST_MEMORY)
    );
    ensure!(broken.is_empty(), "not kept: {}", broken.join("; "));
    Ok(())
}

/// Measures all of them on one workspace, prints what they cost, and tells which promises are not kept.
fn compare(
    builders: &Builders,
    folder: &Path,
    promise: &Promise,
    scratch: &Path,
) -> anyhow::Result<Vec<String>> {
    let scratch = tempfile::tempdir_in(scratch)?;
    let mut ours = Contender::new("publish build", None, builders.ours(folder));
    // what the others build
    cost_of(&ours.command, Surroundings::Ours, scratch.path())?;
    let flit = folder.join("out");
    let setuptools = workspaces::with_setuptools(&flit, &folder.join("out-setuptools"))?;
    let dist = scratch.path().join("dist");
    let mut others = vec![
        Contender::new(
            "python -m build, setuptools",
            promise.python_build,
            builders.python(&setuptools, &dist),
        ),
        Contender::new("uv build, setuptools", Some(promise.uv_build), builders.uv(&setuptools, &dist)),
        Contender::new("python -m build, flit", None, builders.python(&flit, &dist)),
        Contender::new("uv build, flit", None, builders.uv(&flit, &dist)),
    ];
    for round in 0..=ROUNDS {
        for contender in std::iter::once(&mut ours).chain(&mut others) {
            contender.command.env("SOURCE_DATE_EPOCH", EPOCH).env("TMPDIR", scratch.path());
            let cost = cost_of(&contender.command, Surroundings::Ours, scratch.path())?;
            // the first round fills everybody's caches
            if round > 0 {
                contender.costs.push(cost);
            }
        }
    }
    let reference = median(&ours.costs)?;
    println!("  {:<28} {}", ours.name, Row { cost: reference, ours: reference });
    let mut broken = Vec::new();
    for Contender { name, promised, costs, .. } in &others {
        let row = Row { cost: median(costs)?, ours: reference };
        println!("  {name:<28} {row}");
        if promised.is_some_and(|promised| row.slower() < promised) {
            broken.push(format!("{:.1} times faster than `{name}`", row.slower()));
        }
    }
    if reference.memory > MOST_MEMORY {
        broken.push(format!("{:.1} MiB of memory", mib(reference.memory)));
    }
    Ok(broken)
}

/// A builder of one tree.
struct Contender {
    name: &'static str,
    /// How many times slower than ours it is promised to be.
    promised: Option<f64>,
    command: Command,
    costs: Vec<Cost>,
}

impl Contender {
    fn new(name: &'static str, promised: Option<f64>, command: Command) -> Self {
        Self { name, promised, command, costs: Vec::new() }
    }
}

impl Builders {
    fn ours(&self, folder: &Path) -> Command {
        let mut ours = process::command(&self.ours);
        ours.args(["build", "--version", "1.4.0", "--manifest"]).arg(folder.join(workspaces::MANIFEST));
        ours.arg("--out").arg(folder.join("out")).env("SOURCE_DATE_EPOCH", EPOCH);
        ours
    }

    fn python(&self, tree: &Path, dist: &Path) -> Command {
        let mut build = process::command(&self.python);
        build.args(["-m", "build", "--outdir"]).arg(dist).arg(tree);
        build
    }

    fn uv(&self, tree: &Path, dist: &Path) -> Command {
        let mut build = process::command(&self.uv);
        build.args(["build", "--python"]).arg(&self.python).arg("--out-dir").arg(dist).arg(tree);
        build
    }
}

/// What a builder cost, beside ours.
struct Row {
    cost: Cost,
    ours: Cost,
}

impl Row {
    fn slower(&self) -> f64 {
        self.cost.wall.as_secs_f64() / self.ours.wall.as_secs_f64()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cost { wall, cpu, memory } = self.cost;
        write!(
            formatter,
            "{:>6} ms {:>6} ms {:>7.1} MiB {:>7.1}×",
            wall.as_millis(),
            cpu.as_millis(),
            mib(memory),
            self.slower()
        )
    }
}
