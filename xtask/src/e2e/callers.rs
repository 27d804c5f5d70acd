//! Whether every workflow that this repository hands out was executed, as it is.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::ensure;

use super::act::Act;
use crate::process;
use crate::workspace::Workspace;

/// Where workflows to copy and to call are.
const OFFERED: [&str; 3] = [
    "examples/callers/**/*.yml",
    "examples/template-starter/.github/workflows/*.yml",
    ".github/workflows/*.yml",
];

/// How a workflow of ours is called, up to its file's name.
const CALLED: &str = "uses: molecule-ai/runtime-actions/.github/workflows/";

/// Holds that every workflow that is offered was executed.
///
/// # Errors
///
/// The ones that were not.
pub(super) fn account_for_all(workspace: &Workspace, act: &Act) -> anyhow::Result<()> {
    let executed = with_called(workspace, act.executed())?;
    let mut unexecuted = Vec::new();
    for path in offered(workspace)? {
        if !executed.contains(&fs_err::read_to_string(workspace.root().join(&path))?) {
            unexecuted.push(format!("`{path}`"));
        }
    }
    ensure!(unexecuted.is_empty(), "nobody executed {}", unexecuted.join(", "));
    Ok(())
}

/// These workflows, and those of ours that they call.
fn with_called(workspace: &Workspace, mut executed: BTreeSet<String>) -> anyhow::Result<BTreeSet<String>> {
    let mut open: Vec<_> = executed.iter().cloned().collect();
    while let Some(text) = open.pop() {
        for name in called(&text) {
            let path = workspace.root().join(".github/workflows").join(name);
            let text = fs_err::read_to_string(path)?;
            if executed.insert(text.clone()) {
                open.push(text);
            }
        }
    }
    Ok(executed)
}

/// The file names of the workflows of ours that a workflow calls.
fn called(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix(CALLED))
        .filter_map(|rest| Some(rest.split_once('@')?.0))
}

/// The workflows to copy and to call, from the checkout's root.
fn offered(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let listed = process::output(
        process::command("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"])
            .args(OFFERED.map(|pattern| format!(":(glob){pattern}")))
            .current_dir(workspace.root()),
    )?;
    let mut paths = Vec::new();
    for path in listed.split_terminator('\0') {
        if is_offered(workspace.root(), path)? {
            paths.push(path.to_owned());
        }
    }
    Ok(paths)
}

/// Whether a workflow is there for others: this repository's own CI and release are not.
fn is_offered(root: &Path, path: &str) -> anyhow::Result<bool> {
    let path_is_ours = path.starts_with(".github/");
    Ok(root.join(path).exists()
        && (!path_is_ours || fs_err::read_to_string(root.join(path))?.contains("\n  workflow_call:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_are_the_callers_and_what_others_call_of_ours() {
        let offered = offered(&Workspace::find().unwrap()).unwrap();
        assert!(offered.len() > 25, "{offered:?}");
        for path in ["examples/callers/publish-split.yml", ".github/workflows/publish-runtime.yml"] {
            assert!(offered.iter().any(|known| known == path), "{path}");
        }
        assert!(!offered.iter().any(|known| known == ".github/workflows/release.yml"));
    }

    #[test]
    fn what_a_workflow_calls_counts_as_executed_and_its_header_does_not() {
        let text = "\
#     uses: molecule-ai/runtime-actions/.github/workflows/header.yml@v1
    uses: molecule-ai/runtime-actions/.github/workflows/called.yml@v1
    uses: ./.github/workflows/own.yml
";
        assert_eq!(called(text).collect::<Vec<_>>(), ["called.yml"]);
    }
}
