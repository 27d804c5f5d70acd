//! `cargo xtask pin`: makes of a checkout what a release tag names.
//!
//! In the repository every action names its image by the floating tag `v1`, and every reusable workflow the actions. What
//! a release tag names must not change with the next release: there images are named by digest, and actions and workflows
//! by the release's tag. A workflow cannot name its own commit, and a tag that is never moved is as good.

mod digests;
mod text;

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};

use crate::process;
use crate::workspace::Workspace;
use digests::Digests;
use text::Pins;

/// What is pinned to what.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// The release's tag, such as `v1.4.0`
    #[arg(long)]
    tag: String,

    /// A file with a line for each action: its name, and the digest of its image
    #[arg(long, value_name = "FILE")]
    digests: PathBuf,

    /// The image of each action, without a tag, `{action}` standing for its name
    #[arg(long, value_name = "REFERENCE", default_value = text::IMAGES)]
    images: String,
}

/// The files that a user of a release reads by its tag.
const FILES: [&str; 4] =
    ["*/action.yml", ".pre-commit-hooks.yaml", ".github/workflows/*.yml", ".gitea/workflows/*.yml"];

/// Writes the pins into the checkout.
///
/// # Errors
///
/// When the tag is none of a release, a digest is malformed or missing, or something would stay unpinned: then nothing
/// has been written.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    ensure!(is_release(&arguments.tag), "`{}` is no release tag such as `v1.4.0`", arguments.tag);
    let text = fs_err::read_to_string(&arguments.digests)?;
    let digests = Digests::read(&text)
        .with_context(|| format!("could not read the digests of `{}`", arguments.digests.display()))?;
    let pins = Pins { tag: &arguments.tag, images: &arguments.images, digests: &digests };
    let mut written = Vec::new();
    for path in files(workspace)? {
        let text = fs_err::read_to_string(&path)?;
        let pinned = pins.pin(&text).with_context(|| format!("could not pin `{}`", path.display()))?;
        if pinned != text {
            written.push((path, pinned));
        }
    }
    if written.is_empty() {
        bail!("there is nothing to pin: is this a release already?");
    }
    for (path, text) in written {
        fs_err::write(&path, text)?;
        println!("pinned {}", path.display());
    }
    Ok(())
}

/// The tracked ones of the files, absolute.
fn files(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let listed = process::output(
        process::command("git").args(["ls-files", "-z", "--"]).args(FILES).current_dir(workspace.root()),
    )?;
    let paths = listed.split_terminator('\0').map(|path| workspace.root().join(path));
    Ok(paths.collect())
}

fn is_release(tag: &str) -> bool {
    let numbers: Vec<_> = tag.strip_prefix('v').map(|rest| rest.split('.').collect()).unwrap_or_default();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_of_three_numbers_is_a_release() {
        assert!(is_release("v1.4.0"));
        for tag in ["v1", "1.4.0", "v1.4", "v1.4.x", "v1.4.0-rc.1", ""] {
            assert!(!is_release(tag), "{tag}");
        }
    }

    #[test]
    fn everything_that_this_repository_offers_can_be_pinned() {
        let workspace = Workspace::find().unwrap();
        let lines: Vec<_> = ["auto-tag", "publish", "cascade", "validate-template"]
            .iter()
            .map(|action| format!("{action} sha256:{}", "0".repeat(64)))
            .collect();
        let digests = Digests::read(&lines.join("\n")).unwrap();
        let pins = Pins { tag: "v1.4.0", images: text::IMAGES, digests: &digests };
        for path in files(&workspace).unwrap() {
            let text = fs_err::read_to_string(&path).unwrap();
            pins.pin(&text).unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
        }
    }
}
