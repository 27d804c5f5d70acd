//! Names of what is left out.

use std::fmt;
use std::str::FromStr;

use super::words::{InvalidWord, deserialized_from_str};

/// A glob for files or folders that are left out, read as git reads a line of `.gitignore`: without a slash it is
/// a name at any depth (`tests`, `*.sh`), with one a path from the source folder (`/lib`, `adapters/fixtures`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    anchored: bool,
}

impl Pattern {
    /// A name at any depth that needs no check.
    pub(crate) fn name(name: &str) -> Self {
        Self { written: name.to_owned(), anchored: false }
    }

    /// Whether the pattern is this name or path itself, letter by letter, rather than one of many that it means.
    #[must_use]
    pub(crate) fn is_literally(&self, path: &str) -> bool {
        self.written.trim_start_matches('/') == path
    }

    /// Whether the pattern means this file or folder; the path is relative to the source folder.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        if self.anchored {
            fast_glob::glob_match(self.written.trim_start_matches('/'), path)
        } else {
            let name = path.rsplit('/').next().unwrap_or(path);
            fast_glob::glob_match(&self.written, name)
        }
    }
}

impl FromStr for Pattern {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let refuse = |rule: &str| Err(InvalidWord::new(text, "a pattern of paths", rule));
        if text.starts_with('!') {
            return refuse("what is left out cannot be taken back in");
        }
        if text.ends_with('/') {
            return refuse(
                "leave out the slash at the end: the list says whether folders or files are meant",
            );
        }
        let path = text.strip_prefix('/').unwrap_or(text);
        let is_name = |one: &str| !matches!(one, "" | "." | "..") && !one.contains(['\\', ':']);
        if !path.split('/').all(is_name) || path.chars().any(char::is_control) {
            return refuse("it is no path below the source folder");
        }
        Ok(Self { written: text.to_owned(), anchored: text.contains('/') })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

deserialized_from_str!(Pattern);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_meant_at_any_depth_and_a_path_from_the_top() {
        let matches = |pattern: &str, path: &str| pattern.parse::<Pattern>().unwrap().matches(path);
        assert!(matches("tests", "tests") && matches("tests", "adapters/tests"));
        assert!(matches("*.sh", "a/run.sh") && !matches("*.sh", "a/run.shx"));
        assert!(matches("/lib", "lib") && !matches("/lib", "adapters/lib"));
        assert!(matches("adapters/fixtures", "adapters/fixtures") && !matches("adapters/*", "adapters/a/b"));
    }

    #[test]
    fn what_is_no_path_below_the_folder_is_refused() {
        for text in ["", "/", "../lib", "a/..", "lib/", "!keep.sh", "a//b", "a\\b"] {
            assert!(text.parse::<Pattern>().is_err(), "{text:?} was accepted");
        }
    }
}
