//! Which changed files call for a release.

use std::fmt;

/// Patterns as in a workflow's `on.push.paths`: `*` stays within a folder, `**` does not, `!` takes out again
/// what an earlier pattern took in; the last pattern that matches a path decides.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFilter {
    patterns: Vec<String>,
}

/// The patterns take nothing in, so no file could ever match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("all patterns start with `!`, so that no file could ever match")]
pub struct NothingTakenIn;

impl PathFilter {
    /// A filter of these patterns, or `None` when there are none.
    ///
    /// # Errors
    /// When every pattern only takes out.
    pub fn new(patterns: Vec<String>) -> Result<Option<Self>, NothingTakenIn> {
        if patterns.is_empty() {
            return Ok(None);
        }
        if patterns.iter().all(|pattern| pattern.starts_with('!')) {
            return Err(NothingTakenIn);
        }
        Ok(Some(Self { patterns }))
    }

    /// Whether the filter takes this path in. The path is relative to the repository's root.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        self.patterns.iter().fold(false, |taken, pattern| match pattern.strip_prefix('!') {
            Some(out) => taken && !fast_glob::glob_match(out, path),
            None => taken || fast_glob::glob_match(pattern, path),
        })
    }
}

impl fmt::Display for PathFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.patterns.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(patterns: &[&str]) -> PathFilter {
        PathFilter::new(patterns.iter().map(ToString::to_string).collect()).unwrap().unwrap()
    }

    #[test]
    fn a_single_star_stays_in_its_folder_and_two_do_not() {
        assert!(filter(&["workspace/*.py"]).takes("workspace/a.py"));
        assert!(!filter(&["workspace/*.py"]).takes("workspace/deep/a.py"));
        assert!(filter(&["workspace/**"]).takes("workspace/deep/a.py"));
        assert!(!filter(&["workspace/**"]).takes("docs/workspace/a.py"));
        assert!(filter(&["**/*.{py,toml}"]).takes("a/b/c.toml"));
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        let filter = filter(&["workspace/**", "!workspace/tests/**", "workspace/tests/keep.py"]);
        assert!(filter.takes("workspace/a.py"));
        assert!(!filter.takes("workspace/tests/a.py"));
        assert!(filter.takes("workspace/tests/keep.py"));
    }

    #[test]
    fn patterns_that_only_take_out_are_refused() {
        assert_eq!(PathFilter::new(vec!["!docs/**".into()]), Err(NothingTakenIn));
        assert_eq!(PathFilter::new(vec![]), Ok(None));
    }
}
