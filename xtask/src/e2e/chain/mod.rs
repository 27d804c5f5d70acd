//! From a merged pull request to templates that are told: the callers' workflows, one after the other, as a forge would
//! start them.

mod ci;
mod dependencies;
mod monorepo;
mod repository;
mod split;
mod stage;
mod standalone;
mod tag;

use std::path::Path;

use super::{Machine, Tried};
use crate::workspace::Workspace;
use dependencies::Dependencies;

/// What these runs need that is in `publish`'s image.
pub(super) const NEEDS: &str = "publish";

/// Tries every chain, where that is possible; `actions` are those whose images are there.
pub(super) fn try_all(
    machine: &Machine,
    workspace: &Workspace,
    actions: &[&str],
    scratch: &Path,
    tried: &mut Tried<'_>,
) -> bool {
    if !actions.contains(&NEEDS) {
        println!(
            "\nSKIPPED: the chain from a merged pull request to its templates: there is no image of {NEEDS}"
        );
        return false;
    }
    let dependencies = match Dependencies::fetch(workspace) {
        Ok(dependencies) => dependencies,
        Err(error) => {
            println!(
                "\nNOTICE: THE CHAIN WAS NOT TRIED: the package's dependencies cannot be had: {error:#}"
            );
            println!("SKIPPED: the chain from a merged pull request to its templates");
            return false;
        }
    };
    for chain in &monorepo::CHAINS {
        tried.case(&chain.to_string(), || chain.run(machine, workspace, &dependencies, scratch));
    }
    tried.case("GitHub: a tag became a release on PyPI, by publish.yml", || {
        tag::tag_is_published(machine, workspace, &dependencies, scratch)
    });
    tried.case(
        "GitHub: of two jobs the second published what the first had built, by publish-split.yml",
        || split::only_what_was_handed_on_is_published(machine, workspace, &dependencies, scratch),
    );
    tried.case("Gitea: a raised version was tagged, published, and proposed to eight templates", || {
        standalone::version_is_released(machine, workspace, &dependencies, scratch)
    });
    ci::try_all(machine, workspace, &dependencies, scratch, tried);
    true
}
