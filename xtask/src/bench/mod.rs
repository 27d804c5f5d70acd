//! `cargo xtask bench`: what the shipped binaries cost, measured from outside.

mod auto_tag;
mod cascade;
mod images;
mod measure;
mod mirror_guard;
mod publish;
mod refresh_images;
mod validate_template;
mod workspaces;

use clap::ValueEnum;

pub(crate) use measure::Measure;

use crate::process;
use crate::workspace::Workspace;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to measure; all of it when nothing is named
    #[arg(value_enum)]
    actions: Vec<Measured>,
    /// Measure by this very program, which is an optimised one
    #[arg(long, hide = true)]
    optimised: bool,
}

/// What makes promises about its cost: the actions, and the images of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Measured {
    AutoTag,
    Publish,
    Cascade,
    RefreshImages,
    ValidateTemplate,
    Images,
    MirrorGuard,
}

/// Measures the shipped programs and prints what they cost beside what is promised.
///
/// # Errors
///
/// When a measured program fails, or a promise is not kept.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    if !arguments.optimised {
        return optimised(workspace, arguments);
    }
    let chosen: &[Measured] =
        if arguments.actions.is_empty() { Measured::value_variants() } else { &arguments.actions };
    for action in chosen {
        match action {
            Measured::AutoTag => auto_tag::run(workspace)?,
            Measured::Publish => publish::run(workspace)?,
            Measured::Cascade => cascade::run(workspace)?,
            Measured::RefreshImages => refresh_images::run(workspace)?,
            Measured::ValidateTemplate => validate_template::run(workspace)?,
            Measured::Images => images::run(workspace)?,
            Measured::MirrorGuard => mirror_guard::run(workspace)?,
        }
    }
    Ok(())
}

/// The same by an optimised build of this program: the forge and the index that are embedded in it answer whom it
/// measures.
fn optimised(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let chosen = arguments.actions.iter().filter_map(ValueEnum::to_possible_value);
    process::run(
        process::command("cargo")
            .args(["run", "--quiet", "--locked", "--package", "xtask", "--profile", "measuring"])
            .args(["--", "bench", "--optimised"])
            .args(chosen.map(|action| action.get_name().to_owned()))
            .current_dir(workspace.root()),
    )
}

#[expect(clippy::cast_precision_loss, reason = "sizes of programs are far below what a double holds")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
