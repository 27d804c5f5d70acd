//! What stands in for the actions by which the jobs of a run hand files on: GitHub's own do it by a service of GitHub's.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::workspace::Workspace;

/// GitHub's actions, and the folders of those that stand in for them.
const STAND_INS: [(&str, &str); 2] =
    [("actions/upload-artifact", "upload"), ("actions/download-artifact", "download")];

/// The folders of this machine by which the jobs of a run hand files on.
#[derive(Debug)]
pub(super) struct Artifacts {
    /// Where jobs keep files, in a folder of each artifact's name.
    pub(super) kept: PathBuf,
    /// Where jobs look for them: the same folder, unless what was kept is gone, or is another run's.
    pub(super) found: PathBuf,
}

impl Artifacts {
    /// Those of a run of their own, below `folder`.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        fs_err::create_dir_all(folder)?;
        Ok(Self { kept: folder.to_owned(), found: folder.to_owned() })
    }

    /// The runner's arguments for a workflow that names GitHub's actions.
    ///
    /// # Errors
    ///
    /// When it does not name them all.
    pub(super) fn arguments(&self, workspace: &Workspace, workflow: &Path) -> anyhow::Result<Vec<String>> {
        let text = fs_err::read_to_string(workflow)?;
        let folder = workspace.root().join("xtask/src/e2e/artifacts");
        let mut arguments = Vec::new();
        for (action, stand_in) in STAND_INS {
            let action = used(&text, action)
                .with_context(|| format!("`{}` does not use `{action}`", workflow.display()))?;
            arguments.push(format!("--local-repository={action}={}", folder.join(stand_in).display()));
        }
        // Each job has a container of its own, with the folders in it.
        let (kept, found) = (self.kept.display(), self.found.display());
        arguments.push(format!(
            "--container-options=--volume='{kept}':/artifacts/kept --volume='{found}':/artifacts/found:ro"
        ));
        Ok(arguments)
    }
}

/// An action with its ref, as a workflow's step uses it.
fn used<'a>(workflow: &'a str, action: &str) -> Option<&'a str> {
    workflow
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
        .filter_map(|rest| rest.split_whitespace().next())
        .find(|used| used.strip_prefix(action).is_some_and(|rest| rest.starts_with('@')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_used_at_the_ref_that_the_workflow_names() {
        let text = "\
# uses: actions/upload-artifact@header
      - uses: actions/upload-artifact-more@v1
      - name: Keep
        uses: actions/upload-artifact@0123456789abcdef # v7.0.0
      - uses: actions/download-artifact@v8
";
        assert_eq!(used(text, "actions/upload-artifact"), Some("actions/upload-artifact@0123456789abcdef"));
        assert_eq!(used(text, "actions/download-artifact"), Some("actions/download-artifact@v8"));
        assert_eq!(used(text, "actions/checkout"), None);
    }
}
