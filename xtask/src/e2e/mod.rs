//! `cargo xtask e2e`: a real runner executes what users write, word for word.
//!
//! The images are built by the root Dockerfile on a real engine, and `act` runs workflows of `examples/`. An action that
//! needs a forge talks to local-forge on loopback. What counts is what the forge's repository holds afterwards, what the
//! workflow's next step saw, and whether the workflow ended green. At the end every workflow to copy has been executed,
//! byte by byte as it is, or is named with the reason why not.

mod absent;
mod act;
mod artifacts;
mod caller;
mod callers;
mod chain;
mod checkout;
mod contract;
mod credentials;
pub(crate) mod daemon;
mod debian;
mod doctor;
mod engine;
pub(crate) mod hosts;
pub(crate) mod image;
mod mirror;
mod own_release;
mod release;
mod shim;
mod telling;
mod template;
mod template_image;
mod tried;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::ensure;
use clap::ValueEnum as _;
use local_forge::Dialect;

use crate::compile::Profile;
use crate::workspace::Workspace;
use absent::Absent;
use act::Act;
pub(crate) use engine::Engine;
use tried::Tried;

/// The programs whose images hold one static file and nothing else.
pub(crate) const SCRATCH: [&str; 4] = ["auto-tag", "cascade", "refresh-images", "validate-template"];

/// The action whose image is built on others.
const PUBLISH: &str = "publish";

/// What to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The parts; all of them when none is named
    #[arg(value_enum)]
    parts: Vec<Part>,

    /// Of the cases, only those whose line holds this text
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// A part that needs things of its own from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Every image, run as a runner's host runs it
    Contract,
    /// The workflows that tag
    Tagging,
    /// The workflows that tell templates, and look whether they could be told
    Telling,
    /// The workflows that judge templates, and look for credentials
    Templates,
    /// The workflows that build, try and push a template's image
    TemplateImages,
    /// The workflows that guard mirrors
    Mirrors,
    /// From a merged pull request to templates that are told
    Chain,
    /// The scripts by which this repository releases itself
    Release,
    /// refresh-images, on a real engine with a real registry
    Hosts,
}

impl Part {
    /// The programs whose images it runs; those without any need no runner.
    fn images(self) -> &'static [&'static str] {
        match self {
            Self::Contract => &["auto-tag", "cascade", "refresh-images", "validate-template", PUBLISH],
            Self::Tagging => &["auto-tag"],
            Self::Telling => &["cascade"],
            Self::Templates | Self::Mirrors => &["validate-template"],
            Self::TemplateImages => &["refresh-images", "validate-template"],
            Self::Chain => &["auto-tag", "cascade", PUBLISH],
            Self::Release | Self::Hosts => &[],
        }
    }

    /// Whether it runs Python in images of its own.
    fn needs_python(self) -> bool {
        self == Self::TemplateImages || self.images().contains(&PUBLISH)
    }
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

/// Runs the callers' workflows in both dialects, releases this repository, and runs refresh-images on a host of its own.
///
/// # Errors
///
/// When the forge or the workflow's next step does not hold what it should. A machine on which this cannot be tried
/// is told of, loudly, and is no error.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let parts: &[Part] = if arguments.parts.is_empty() { Part::value_variants() } else { &arguments.parts };
    let mut failed = Vec::new();
    let on_runner: Vec<_> = parts.iter().copied().filter(|part| !part.images().is_empty()).collect();
    if !on_runner.is_empty() {
        failed.extend(workflows(workspace, &on_runner, arguments).err());
    }
    if parts.contains(&Part::Release) {
        failed.extend(own_release(workspace, arguments).err());
    }
    if parts.contains(&Part::Hosts) {
        failed.extend(on_a_host(workspace).err());
    }
    let failed: Vec<_> = failed.into_iter().map(|error| format!("{error:#}")).collect();
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(())
}

fn own_release(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let scratch = tempfile::Builder::new().prefix("runtime-actions-release-").tempdir()?;
    let mut tried = Tried::new(arguments.only.as_deref());
    own_release::try_all(workspace, scratch.path(), &mut tried);
    tried.conclude("releases of this repository")
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

fn workflows(workspace: &Workspace, parts: &[Part], arguments: &Arguments) -> anyhow::Result<()> {
    // Declared first, so that it goes last: the engine keeps its files in it.
    let scratch = tempfile::Builder::new().prefix("runtime-actions-e2e-").tempdir()?;
    match Machine::prepare(workspace, scratch.path()) {
        Ok(machine) => run_on(&machine, workspace, parts, arguments, scratch.path()),
        Err(absent) => {
            println!("\nNOTICE: THE END-TO-END TESTS DID NOT RUN: {absent}");
            println!("SKIPPED: e2e");
            Ok(())
        }
    }
}

fn run_on(
    machine: &Machine,
    workspace: &Workspace,
    parts: &[Part],
    arguments: &Arguments,
    scratch: &Path,
) -> anyhow::Result<()> {
    println!("engine: {}", machine.engine.describe());
    let _job = image::import_job(&machine.engine, scratch)?;
    let needed: BTreeSet<_> = parts.iter().flat_map(|part| part.images()).copied().collect();
    let bases = if parts.iter().any(|part| part.needs_python()) {
        image::Bases::import(workspace, &machine.engine, scratch)
            .inspect_err(|absent| {
                println!("\nNOTICE: NOTHING OF THE IMAGES WITH PYTHON WAS TRIED: {absent}");
                println!("SKIPPED: the image of publish, and the images of templates");
            })
            .ok()
    } else {
        None
    };
    let (mut tags, mut actions) = (Vec::new(), Vec::new());
    for action in needed {
        let on: &[&str] = match (&bases, action) {
            (None, PUBLISH) => continue,
            (Some(_), PUBLISH) => &image::Bases::ARGUMENTS,
            _ => &[],
        };
        let engine = &machine.engine;
        tags.push(image::build_action(workspace, engine, action, Profile::Dev, on, scratch)?);
        actions.push(action);
    }
    let mut tried = Tried::new(arguments.only.as_deref());
    let mut is_whole = bases.is_some() && arguments.only.is_none();
    for part in parts {
        match part {
            Part::Contract => contract::replay(machine, workspace, &actions, scratch, &mut tried),
            Part::TemplateImages => match &bases {
                Some(bases) => template_image::try_all(machine, workspace, bases, scratch, &mut tried),
                None => println!("SKIPPED: the images of templates: there is no Python to build them on"),
            },
            Part::Chain => is_whole &= chain::try_all(machine, workspace, &actions, scratch, &mut tried),
            part => try_callers(*part, machine, workspace, scratch, &mut tried),
        }
    }
    let on_runner = Part::value_variants().iter().filter(|part| !part.images().is_empty());
    if on_runner.count() == parts.len() && is_whole {
        tried.case("every workflow to copy was executed as it is", || {
            callers::account_for_all(workspace, &machine.act)
        });
    }
    tried.conclude("end-to-end runs")
}

/// Lets the runner execute single workflows that need nothing of `publish`.
fn try_callers(part: Part, machine: &Machine, workspace: &Workspace, scratch: &Path, tried: &mut Tried<'_>) {
    let both = [Dialect::GitHub, Dialect::Gitea];
    match part {
        Part::Tagging => {
            for dialect in both {
                tried.case(&format!("{dialect}: a merge was tagged, and told to the next step"), || {
                    caller::merge_is_tagged(machine, workspace, dialect, scratch)
                });
            }
        }
        Part::Telling => {
            for dialect in both {
                tried.case(&format!("{dialect}: a release was told to eight templates, once"), || {
                    release::templates_are_told(machine, workspace, dialect, scratch)
                });
                tried.case(
                    &format!("{dialect}: the doctor found the template that could not be told"),
                    || doctor::templates_are_looked_at(machine, workspace, dialect, scratch),
                );
            }
        }
        Part::Templates => {
            for case in &template::CASES {
                tried.case(&case.to_string(), || case.run(machine, workspace, scratch));
            }
            for dialect in both {
                tried.case(
                    &format!("{dialect}: a credential that a branch adds was found, and no other"),
                    || credentials::added_one_is_found(machine, workspace, dialect, scratch),
                );
            }
            tried.case("GitHub: templates that call molecule-ci were judged by its shim", || {
                shim::older_path_is_handed_on(machine, workspace, scratch)
            });
        }
        Part::Mirrors => {
            for case in &mirror::CASES {
                tried.case(&case.to_string(), || case.run(machine, workspace, scratch));
            }
        }
        _ => unreachable!("the other parts have modules of their own"),
    }
}
