//! `cargo xtask e2e`: a real runner executes what users write, word for word.
//!
//! The images are built by the root Dockerfile on a real engine, and `act` runs workflows of `examples/callers/`. An
//! action that needs a forge talks to local-forge on loopback. What counts is what the forge's repository holds
//! afterwards, what the workflow's next step saw, and whether the workflow ended green.

mod absent;
mod act;
mod caller;
mod chain;
mod checkout;
mod contract;
mod daemon;
mod debian;
mod doctor;
mod engine;
mod hosts;
pub(crate) mod image;
mod mirror;
mod release;
mod shim;
mod template;

use std::path::Path;

use anyhow::ensure;
use clap::ValueEnum as _;
use local_forge::Dialect;

use crate::compile::Profile;
use crate::workspace::Workspace;
use absent::Absent;
use act::Act;
pub(crate) use engine::Engine;

/// The actions whose images hold one static program and nothing else.
pub(crate) const SCRATCH: [&str; 3] = ["auto-tag", "cascade", "validate-template"];

/// The action whose image is built on others.
const PUBLISH: &str = "publish";

/// What to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The parts; all of them when none is named
    #[arg(value_enum)]
    parts: Vec<Part>,
}

/// A part that needs things of its own from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The examples' workflows, by a real runner
    Workflows,
    /// refresh-images, on a real engine with a real registry
    Hosts,
}

/// What a run needs of the machine.
struct Machine {
    act: Act,
    engine: Engine,
}

impl Machine {
    /// Finds or brings everything, the cheap things first.
    fn prepare(workspace: &Workspace, scratch: &Path) -> Result<Self, Absent> {
        image::check_host()?;
        image::check_job()?;
        let act = Act::install(workspace)?;
        let engine = Engine::find_or_start(&scratch.join("engine"))?;
        Ok(Self { act, engine })
    }
}

/// Runs the callers' workflows in both dialects, and refresh-images on a host of its own.
///
/// # Errors
///
/// When the forge or the workflow's next step does not hold what it should. A machine on which this cannot be tried
/// is told of, loudly, and is no error.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let parts: &[Part] = if arguments.parts.is_empty() { Part::value_variants() } else { &arguments.parts };
    let mut failed = Vec::new();
    for part in parts {
        let ended = match part {
            Part::Workflows => workflows(workspace),
            Part::Hosts => on_a_host(workspace),
        };
        failed.extend(ended.err().map(|error| format!("{error:#}")));
    }
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(())
}

fn on_a_host(workspace: &Workspace) -> anyhow::Result<()> {
    let scratch = tempfile::Builder::new().prefix("runtime-actions-host-").tempdir()?;
    match hosts::check() {
        Ok(()) => hosts::run(workspace, scratch.path()),
        Err(absent) => {
            println!("\nNOTICE: REFRESH-IMAGES WAS NOT TRIED ON A HOST: {absent}");
            println!("SKIPPED: e2e hosts");
            Ok(())
        }
    }
}

fn workflows(workspace: &Workspace) -> anyhow::Result<()> {
    // Declared first, so that it goes last: the engine keeps its files in it.
    let scratch = tempfile::Builder::new().prefix("runtime-actions-e2e-").tempdir()?;
    match Machine::prepare(workspace, scratch.path()) {
        Ok(machine) => run_on(&machine, workspace, scratch.path()),
        Err(absent) => {
            println!("\nNOTICE: THE END-TO-END TESTS DID NOT RUN: {absent}");
            println!("SKIPPED: e2e");
            Ok(())
        }
    }
}

fn run_on(machine: &Machine, workspace: &Workspace, scratch: &Path) -> anyhow::Result<()> {
    println!("engine: {}", machine.engine.describe());
    let _job = image::import_job(&machine.engine, scratch)?;
    let mut tags = Vec::new();
    for action in SCRATCH {
        tags.push(image::build_action(workspace, &machine.engine, action, Profile::Dev, &[], scratch)?);
    }
    let mut actions = SCRATCH.to_vec();
    let _bases = match image::Bases::import(workspace, &machine.engine, scratch) {
        Ok(bases) => {
            let arguments = &image::Bases::ARGUMENTS;
            tags.push(image::build_action(
                workspace,
                &machine.engine,
                PUBLISH,
                Profile::Dev,
                arguments,
                scratch,
            )?);
            actions.push(PUBLISH);
            Some(bases)
        }
        Err(absent) => {
            println!("\nNOTICE: NOTHING OF THE IMAGE OF PUBLISH WAS TRIED: {absent}");
            println!("SKIPPED: the image of publish");
            None
        }
    };
    let mut tried = Tried::default();
    contract::replay(machine, workspace, &actions, scratch, &mut tried);
    try_callers(machine, workspace, scratch, &mut tried);
    chain::try_all(machine, workspace, &actions, scratch, &mut tried);
    let Tried { runs, failed } = tried;
    ensure!(failed == 0, "{failed} of {runs} end-to-end runs failed");
    Ok(())
}

/// What of the callers' workflows is not tried here, and why.
const SKIPPED: [&str; 2] = [
    "the probe of an image that works: none can be built where `python:3.11-slim` cannot be pulled",
    "standalone-ci.yml: its jobs need an image with Python, in which they install what they test with",
];

/// Lets the runner execute single workflows that need nothing of `publish`.
fn try_callers(machine: &Machine, workspace: &Workspace, scratch: &Path, tried: &mut Tried) {
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let tagged = caller::merge_is_tagged(machine, workspace, dialect, scratch);
        tried.tell(&format!("{dialect}: a merge was tagged, and told to the next step"), tagged);
    }
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let told = release::templates_are_told(machine, workspace, dialect, scratch);
        tried.tell(&format!("{dialect}: a release was told to eight templates, once"), told);
    }
    for dialect in [Dialect::GitHub, Dialect::Gitea] {
        let looked = doctor::templates_are_looked_at(machine, workspace, dialect, scratch);
        tried.tell(&format!("{dialect}: the doctor found the template that could not be told"), looked);
    }
    for case in &template::CASES {
        tried.tell(&case.to_string(), case.run(machine, workspace, scratch));
    }
    for case in &mirror::CASES {
        tried.tell(&case.to_string(), case.run(machine, workspace, scratch));
    }
    let handed_on = shim::older_path_is_handed_on(machine, workspace, scratch);
    tried.tell("GitHub: templates that call molecule-ci were judged by its shim", handed_on);
    for what in SKIPPED {
        println!("SKIPPED: {what}");
    }
}

/// How many runs there were.
#[derive(Debug, Default)]
struct Tried {
    runs: usize,
    failed: usize,
}

impl Tried {
    fn tell(&mut self, what: &str, ended: anyhow::Result<()>) {
        self.runs += 1;
        match ended {
            Ok(()) => println!("ok: {what}"),
            Err(error) => {
                self.failed += 1;
                println!("FAILED: {what}: {error:#}");
            }
        }
    }
}
