//! refresh-images on a real engine with a real registry: no container is lost, whatever goes wrong.
//!
//! The engine is one of our own, since it is restarted in the midst of things; the registry is Debian's. What the engine
//! holds afterwards counts: exactly one container of the name, running, with its data and its operator's settings, and
//! nothing left behind.

mod faults;
mod gate;
mod kills;
mod overlaps;
mod passage;
mod program;
pub(super) mod registry;
mod root;
mod services;
mod settings;
mod stage;

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;

use super::absent::Absent;
use super::{debian, image};
use crate::compile::{self, Profile};
use crate::workspace::Workspace;
pub(crate) use registry::{Door, LocalRegistry};
pub(crate) use root::pack;
use stage::Stage;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(5);

/// One thing that is tried; it tells in a few words what came of it.
struct Case {
    what: &'static str,
    run: fn(&mut Stage) -> anyhow::Result<String>,
}

/// Finds or brings what a host needs.
pub(crate) fn check() -> Result<(), Absent> {
    image::check_job()?;
    debian::ensure("docker", "docker.io")?;
    debian::ensure("dockerd", "docker.io")?;
    debian::ensure("docker-registry", "docker-registry")?;
    if debian::is_root() { Ok(()) } else { Err(Absent::new("only root can start an engine of our own")) }
}

/// Tries everything on one host and prints what came of it.
///
/// # Errors
///
/// When a container was lost, or anything else is not as it should be.
pub(super) fn run(workspace: &Workspace, scratch: &Path) -> anyhow::Result<()> {
    let binary = compile::build(workspace, "refresh-images", Profile::Dev)?;
    let mut stage = Stage::set(binary, &scratch.join("host"))?;
    let all = [settings::CASES, faults::CASES, overlaps::CASES, kills::CASES, services::CASES];
    println!("\nrefresh-images on a host of its own: no container may be lost");
    let (mut count, mut failed) = (0, 0);
    for Case { what, run } in all.into_iter().flatten() {
        count += 1;
        let told = stage.reset().and_then(|()| run(&mut stage)).and_then(|told| {
            stage.check_nothing_lost()?;
            Ok(told)
        });
        match told {
            Ok(told) => println!("ok: {what:<62} {told}"),
            Err(error) => {
                failed += 1;
                println!("FAILED: {what}: {error:#}");
            }
        }
    }
    println!(
        "{count} cases on a real host, {} refreshes, {} of them killed: {failed} failed",
        stage.refreshes, stage.kills
    );
    ensure!(failed == 0, "{failed} of {count} cases on a host failed");
    Ok(())
}
