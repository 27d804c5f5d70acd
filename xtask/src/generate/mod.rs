//! `cargo xtask gen`: what can be derived from what the programs declare is written from it.
//!
//! These are each action's `action.yml`, the tables of the docs, the manual of validate-template's rules, and the
//! hooks of pre-commit. `--check` compares instead of writing, so that a change of an input that forgets its page
//! fails CI.

mod hooks;
mod manual;
mod markers;
mod metadata;
mod model;
mod table;
mod yaml;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use validate_template::ValidateTemplate;
use validate_template::mirror_guard::MirrorGuard;

use crate::process;
use crate::workspace::Workspace;
pub(crate) use metadata::DEFAULT_IMAGES;
use model::Declared;

/// What to do about files that differ from what they should be.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Print the differences and fail, instead of writing the files
    #[arg(long)]
    check: bool,

    /// The image of each action, `{action}` standing for its name
    #[arg(long, value_name = "REFERENCE", default_value = DEFAULT_IMAGES)]
    images: String,
}

/// A file that is written by us, wholly or in marked places.
struct Generated {
    /// Relative to the root of the checkout.
    path: PathBuf,
    /// What is in it; none where there must be no such file any more.
    text: Option<String>,
}

impl Generated {
    fn new(path: impl Into<PathBuf>, text: String) -> Self {
        Self { path: path.into(), text: Some(text) }
    }
}

/// Every action of this repository, in the order of the chain.
fn actions() -> Vec<Declared> {
    vec![
        Declared::of::<auto_tag::AutoTag>(),
        Declared::of::<publish::Publish>(),
        Declared::of::<cascade::Cascade>(),
        Declared::of::<ValidateTemplate>(),
        Declared::of::<MirrorGuard>().within::<ValidateTemplate>(),
    ]
}

/// The programs that are no actions: only the docs' tables tell of them.
fn tools() -> Vec<Declared> {
    vec![Declared::of::<refresh_images::RefreshImages>()]
}

/// Writes or compares everything that is generated.
///
/// # Errors
///
/// When a page has a place that nothing can fill; with `--check` also when a file is not up to date.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let actions = actions();
    let mut files = Vec::new();
    for action in &actions {
        let path = Path::new(action.name).join("action.yml");
        files.push(Generated::new(path, metadata::action_yml(action, &arguments.images)));
    }
    files.push(Generated::new(hooks::FILE, hooks::pre_commit(&arguments.images)));
    files.extend(manual::pages(workspace.root())?);
    let declared = [actions, tools()].concat();
    for path in pages(workspace)? {
        let page = fs_err::read_to_string(workspace.root().join(&path))?;
        let text = markers::fill(&page, |name| section(&declared, name))
            .with_context(|| format!("could not write the tables of `{}`", path.display()))?;
        files.push(Generated::new(path, text));
    }
    files.retain(|file| fs_err::read_to_string(workspace.root().join(&file.path)).ok() != file.text);
    if arguments.check { compare(workspace, &files) } else { write(workspace, &files) }
}

/// The Markdown pages of the checkout, tracked or new.
fn pages(workspace: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let listed = process::output(
        process::command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"])
            .current_dir(workspace.root()),
    )?;
    let paths = listed.split_terminator('\0').map(PathBuf::from);
    Ok(paths.filter(|path| workspace.root().join(path).exists()).collect())
}

/// What belongs into the place of this name: `<action>-inputs` or `<action>-outputs`.
fn section(actions: &[Declared], name: &str) -> Option<String> {
    let (action, table) = name.rsplit_once('-')?;
    let action = actions.iter().find(|known| known.name == action)?;
    match table {
        "inputs" => Some(table::inputs(action)),
        "outputs" => Some(table::outputs(action)),
        _ => None,
    }
}

fn write(workspace: &Workspace, stale: &[Generated]) -> anyhow::Result<()> {
    for file in stale {
        let path = workspace.root().join(&file.path);
        let Some(text) = &file.text else {
            fs_err::remove_file(&path)?;
            println!("removed {}", file.path.display());
            continue;
        };
        fs_err::create_dir_all(path.parent().expect("a file of the checkout is in a folder"))?;
        fs_err::write(&path, text)?;
        println!("wrote {}", file.path.display());
    }
    if stale.is_empty() {
        println!("everything generated is up to date");
    }
    Ok(())
}

fn compare(workspace: &Workspace, stale: &[Generated]) -> anyhow::Result<()> {
    if stale.is_empty() {
        println!("everything generated is up to date");
        return Ok(());
    }
    let scratch = tempfile::tempdir()?;
    for file in stale {
        let committed = workspace.root().join(&file.path);
        let nothing = || PathBuf::from("/dev/null");
        let committed = if committed.exists() { committed } else { nothing() };
        let generated = match &file.text {
            Some(text) => {
                let generated = scratch.path().join("generated");
                fs_err::write(&generated, text)?;
                generated
            }
            None => nothing(),
        };
        println!("{} differs:", file.path.display());
        // Its exit status tells that there is a difference, which is known already.
        let mut diff = process::command("git");
        diff.args(["--no-pager", "diff", "--no-index", "--"]).arg(committed).arg(generated).status()?;
    }
    bail!("{} generated file(s) are not up to date: run `cargo xtask gen` and commit", stale.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_section_for_inputs_and_one_for_outputs() {
        let actions = [model::sample()];
        assert_eq!(section(&actions, "sound-horn-inputs"), Some(table::inputs(&actions[0])));
        assert_eq!(section(&actions, "sound-horn-outputs"), Some(table::outputs(&actions[0])));
        assert_eq!(section(&actions, "sound-horn-exits"), None);
        assert_eq!(section(&actions, "no-such-action-inputs"), None);
    }
}
