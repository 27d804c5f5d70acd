//! Which files are workflows and actions of ours.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::process;

/// What is broken on purpose, for validate-template to judge.
const BROKEN: [&str; 2] = ["actions/validate-template/tests/fixtures/", "examples/templates/broken/"];

/// Every workflow and action of a checkout, tracked or new, relative to its root.
///
/// # Errors
///
/// When git does not list its files.
pub(super) fn of(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let listed = process::output(
        process::command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root),
    )
    .context("could not list the files of the checkout")?;
    let paths = listed.split_terminator('\0').filter(|path| is_ours(path));
    Ok(paths.map(PathBuf::from).filter(|path| root.join(path).exists()).collect())
}

fn is_ours(path: &str) -> bool {
    (is_workflow(path) || is_action(path)) && BROKEN.iter().all(|folder| !path.starts_with(folder))
}

/// Whether a file is a workflow, by where it lies: where forges look for them, or among those to copy.
pub(super) fn is_workflow(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let is_yaml =
        Path::new(name).extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    let is_read =
        [".github/workflows", ".gitea/workflows"].iter().any(|workflows| folder.ends_with(workflows));
    is_yaml && (is_read || folder.starts_with("examples/callers"))
}

fn is_action(path: &str) -> bool {
    path.rsplit('/').next() == Some("action.yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflows_and_actions_are_ours_wherever_they_lie() {
        for path in [
            ".github/workflows/ci.yml",
            ".gitea/workflows/ci.yaml",
            "examples/callers/auto-tag.yml",
            "examples/templates/good/.github/workflows/ci.yml",
            "auto-tag/action.yml",
        ] {
            assert!(is_ours(path), "{path}");
        }
    }

    #[test]
    fn what_is_broken_on_purpose_or_no_workflow_is_left_out() {
        for path in [
            "examples/templates/broken/.github/workflows/ci.yml",
            "actions/validate-template/tests/fixtures/ci-caller/fail/main/.github/workflows/ci.yml",
            "examples/templates/good/config.yaml",
            ".github/zizmor.yml",
            "examples/callers/README.md",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
