//! A template's image: built by the workflows that templates copy, tried inside, pushed to a registry on loopback, and pulled
//! by refresh-images.
//!
//! The starter is the template. Debian's Python stands in for `python:3.11-slim`, and a small wheel for the runtime; all else
//! is what it is for users.

mod cases;
mod pushed;
mod runtime;
mod stage;

use std::path::Path;

use super::absent::Absent;
use super::image::Bases;
use super::tried::Tried;
use super::{Machine, debian};
use crate::workspace::Workspace;
use stage::Stage;

/// Tries every workflow that builds a template's image.
pub(super) fn try_all<'a>(
    machine: &'a Machine,
    workspace: &'a Workspace,
    bases: &Bases<'a>,
    scratch: &'a Path,
    tried: &mut Tried<'_>,
) {
    let ready = debian::ensure("docker-registry", "docker-registry").and_then(|()| {
        let set = Stage::set(machine, workspace, bases, scratch);
        set.map_err(|error| Absent::because("what images of templates are built on cannot be had", &error))
    });
    match ready {
        Ok(stage) => cases::try_all(&stage, tried),
        Err(absent) => {
            println!("\nNOTICE: NO IMAGE OF A TEMPLATE WAS BUILT: {absent}");
            println!("SKIPPED: the images of templates");
        }
    }
}
