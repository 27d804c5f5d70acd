//! The files as a linter sees most in them: a copy in which what callers call lies next to them.
//!
//! actionlint knows nothing of `molecule-ai/runtime-actions/auto-tag@v1`, which is elsewhere for all it knows. Of
//! `./auto-tag` it holds every input, output and secret against the action or the reusable workflow that lies there.
//! Lines stay where they are; columns behind a rewritten reference move.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::TempDir;

use super::files;

/// How users name what is ours, before the path and after it.
const OURS: (&str, &str) = ("molecule-ai/runtime-actions/", "@v1");

/// A copy of these files in which references to ours are local; a repository, as far as actionlint looks.
pub(super) fn stage(root: &Path, paths: &[PathBuf]) -> anyhow::Result<TempDir> {
    let copy = tempfile::tempdir()?;
    fs_err::create_dir(copy.path().join(".git"))?;
    fs_err::create_dir_all(copy.path().join(".github/workflows"))?;
    for path in paths {
        let text = fs_err::read_to_string(root.join(path))?;
        let local = text.split_inclusive('\n').map(localized).collect::<String>();
        let target = copy.path().join(path);
        fs_err::create_dir_all(target.parent().context("a workflow lies in a folder")?)?;
        fs_err::write(target, local)?;
    }
    Ok(copy)
}

/// A line of a workflow whose `uses:` names what is ours, as if it lay next to it.
fn localized(line: &str) -> String {
    let rewritten = || {
        let (before, rest) = line.split_once("uses: ")?;
        let path = rest.strip_prefix(OURS.0)?;
        let (path, after) = path.split_once(OURS.1)?;
        // `@v10` and `@v1.2.0` are other references.
        after.chars().next().is_none_or(char::is_whitespace).then(|| format!("{before}uses: ./{path}{after}"))
    };
    rewritten().unwrap_or_else(|| line.to_owned())
}

/// Which of these actionlint reads: it knows workflows, and actions only through them.
pub(super) fn workflows(paths: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    paths.iter().filter(|path| files::is_workflow(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_looked_for_next_to_the_caller() {
        assert_eq!(
            localized("      - uses: molecule-ai/runtime-actions/auto-tag@v1\n"),
            "      - uses: ./auto-tag\n"
        );
        let workflow = "    uses: molecule-ai/runtime-actions/.github/workflows/x.yml@v1 # why\n";
        assert_eq!(localized(workflow), "    uses: ./.github/workflows/x.yml # why\n");
    }

    #[test]
    fn references_of_others_and_at_other_versions_stay() {
        for line in [
            "- uses: actions/checkout@v1\n",
            "- uses: molecule-ai/runtime-actions/auto-tag@v10\n",
            "- uses: molecule-ai/runtime-actions/auto-tag@v1.2.0\n",
            "# molecule-ai/runtime-actions/auto-tag@v1\n",
        ] {
            assert_eq!(localized(line), line);
        }
    }
}
