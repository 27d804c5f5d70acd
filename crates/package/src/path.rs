//! The paths that a package may hold.

use std::fmt;
use std::str::FromStr;

/// A relative path in POSIX spelling, `adapters/base.py`, that every system and every archive can hold.
///
/// Ordered by bytes, which is the order of archives, and not of components.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(String);

/// A path that some system or archive cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` cannot be packaged: {rule}", .path.escape_debug())]
pub struct PathError {
    path: String,
    rule: &'static str,
}

/// What Windows keeps for devices, whatever the extension.
/// <https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file>
const DEVICES: [&str; 22] = [
    "aux", "con", "nul", "prn", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The length that file systems allow a component, in bytes.
const LONGEST_COMPONENT: usize = 255;

impl TreePath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What follows the last dot of its file name: `py` of `a/b.py`.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// Its first component: the file or folder at the top of the tree.
    #[must_use]
    pub fn top(&self) -> &str {
        self.0.split('/').next().unwrap_or(&self.0)
    }

    /// The folders that it lies in, the outermost first: `a` and `a/b` of `a/b/c.py`.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(end, _)| &self.0[..end])
    }

    /// The rest of the path below `folder`, if it lies there.
    #[must_use]
    pub fn below(&self, folder: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&folder.0)?.strip_prefix('/')?;
        Some(Self(rest.to_owned()))
    }

    /// This path moved below `folder`.
    #[must_use]
    pub fn within(&self, folder: &Self) -> Self {
        Self(format!("{folder}/{self}"))
    }
}

impl FromStr for TreePath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        let refuse = |rule| Err(PathError { path: path.to_owned(), rule });
        if path.is_empty() {
            return refuse("it is empty");
        }
        if path.starts_with('/') {
            return refuse("it is absolute");
        }
        match path.split('/').find_map(broken_rule) {
            Some(rule) => refuse(rule),
            None => Ok(Self(path.to_owned())),
        }
    }
}

/// The rule that a component breaks.
fn broken_rule(component: &str) -> Option<&'static str> {
    let stem = component.split('.').next().unwrap_or_default();
    Some(match component {
        "" => "it has an empty component",
        "." | ".." => "it has a `.` or `..` component",
        _ if component.chars().any(char::is_control) => "it has a control character",
        _ if component.contains(['\\', ':', '*', '?', '"', '<', '>', '|']) => {
            r#"it has one of `\ : * ? " < > |`, which Windows does not allow"#
        }
        _ if component.ends_with(['.', ' ']) => "a component ends in a dot or blank, which Windows drops",
        _ if component.len() > LONGEST_COMPONENT => "a component is longer than 255 bytes",
        _ if DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem)) => {
            "Windows keeps the name for a device"
        }
        _ => return None,
    })
}

impl serde::Serialize for TreePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_that_leave_the_tree_or_no_system_holds_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "..",
            "a/../b",
            "./a",
            "a//b",
            "a/",
            "a\0b",
            "a\nb",
            "a\\b",
            "c:x",
            "a?",
            "con",
            "a/NUL.py",
            "Com1.tar.gz",
            "a.",
            "a ",
        ] {
            assert!(path.parse::<TreePath>().is_err(), "{path:?} was accepted");
        }
        assert!("x".repeat(256).parse::<TreePath>().is_err());
    }

    #[test]
    fn names_that_only_resemble_reserved_ones_are_kept() {
        for path in ["console.py", "a/..b", "nulls/com10.py", ".hidden", "ünï.py", "a b.txt"] {
            assert_eq!(path.parse::<TreePath>().unwrap().as_str(), path);
        }
    }

    #[test]
    fn a_path_is_moved_out_of_a_folder_and_into_another() {
        let path: TreePath = "workspace/adapters/base.py".parse().unwrap();
        let below = path.below(&"workspace".parse().unwrap()).unwrap();
        assert_eq!(
            below.within(&"molecule_runtime".parse().unwrap()).as_str(),
            "molecule_runtime/adapters/base.py"
        );
        assert_eq!(path.below(&"work".parse().unwrap()), None, "half a component is no folder");
        assert_eq!(path.folders().collect::<Vec<_>>(), ["workspace", "workspace/adapters"]);
    }

    proptest! {
        #[test]
        fn every_path_that_is_accepted_stays_below_the_folder_it_is_joined_to(text in "[a-z./\\\\: \u{0}-\u{20}]{0,12}|\\PC{0,12}") {
            if let Ok(path) = text.parse::<TreePath>() {
                let mut components = Path::new(path.as_str()).components();
                prop_assert!(components.all(|one| matches!(one, Component::Normal(_))));
                prop_assert_eq!(path.within(&"top".parse().unwrap()).below(&"top".parse().unwrap()), Some(path));
            }
        }
    }

    #[test]
    fn an_error_shows_control_characters_escaped() {
        let error = "a\nb".parse::<TreePath>().unwrap_err();
        assert_eq!(error.to_string(), r"`a\nb` cannot be packaged: it has a control character");
    }
}
