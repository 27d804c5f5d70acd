//! Comments that tell a linter to look away.

use std::path::{Path, PathBuf};

/// How zizmor is told to; actionlint knows no such comment.
const MARK: &str = "zizmor: ignore[";

/// The places of ignores that do not say why, as `file:line`.
///
/// # Errors
///
/// When a file cannot be read.
pub(super) fn without_reason(root: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut places = Vec::new();
    for file in files {
        for (at, line) in fs_err::read_to_string(root.join(file))?.lines().enumerate() {
            if is_unexplained(line) {
                places.push(format!("{}:{}", file.display(), at + 1));
            }
        }
    }
    Ok(places)
}

/// A reason is some words after the bracket.
fn is_unexplained(line: &str) -> bool {
    let Some((_, rest)) = line.split_once(MARK) else { return false };
    rest.split_once(']').is_none_or(|(_, reason)| reason.split_whitespace().count() < 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignore_needs_words_after_it() {
        assert!(is_unexplained("  pull_request_target: # zizmor: ignore[dangerous-triggers]"));
        assert!(is_unexplained("on: # zizmor: ignore[dangerous-triggers] ok"));
        assert!(is_unexplained("on: # zizmor: ignore[dangerous-triggers"));
        assert!(!is_unexplained(
            "on: # zizmor: ignore[dangerous-triggers] nothing of the head is fetched or run"
        ));
        assert!(!is_unexplained("on: push"));
    }
}
