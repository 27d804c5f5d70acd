//! The standard library of the Pythons that a package runs on.

use python::{PythonRange, PythonVersion, stdlib};

use crate::manifest::RequiresPython;

/// The minor versions of Python 3 whose library is known.
const KNOWN: std::ops::RangeInclusive<u8> = 7..=14;

/// The standard libraries of every Python that the package runs on.
pub(super) struct StandardLibrary {
    versions: Vec<PythonVersion>,
}

impl StandardLibrary {
    /// Of the Pythons in this range; of the newest that is known, where the range is beyond.
    pub(super) fn of(range: &RequiresPython) -> Self {
        let version = |minor| PythonVersion { major: 3, minor };
        let versions: Vec<_> = KNOWN.filter(|minor| range.allows(*minor)).map(version).collect();
        Self { versions: if versions.is_empty() { vec![version(*KNOWN.end())] } else { versions } }
    }

    /// The Pythons that come to an import.
    pub(super) fn reached(&self, range: PythonRange) -> impl Iterator<Item = PythonVersion> {
        self.versions.iter().copied().filter(move |version| range.contains(*version))
    }
}

/// Whether a top-level module is in the standard library of a Python.
pub(super) fn has(module: &str, version: PythonVersion) -> bool {
    // a directive to the compiler in the form of a module, and the program that is running
    matches!(module, "__future__" | "__main__") || stdlib::contains(module, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(range: &str, module: &str) -> Vec<String> {
        let library = StandardLibrary::of(&range.parse().unwrap());
        let lacking = library.reached(PythonRange::default()).filter(|version| !has(module, *version));
        lacking.map(|version| version.to_string()).collect()
    }

    #[test]
    fn a_module_must_be_in_every_python_that_the_package_runs_on() {
        assert_eq!(lacking(">=3.10,<3.13", "tomllib"), ["3.10"]);
        assert_eq!(lacking(">=3.11,<3.13", "distutils"), ["3.12"]);
        assert_eq!(lacking(">=3.11,<3.13", "httpx"), ["3.11", "3.12"]);
        for always in ["sys", "os", "__future__", "__main__", "_thread", "asyncio", "tomllib"] {
            assert_eq!(lacking(">=3.11", always), [""; 0], "{always}");
        }
    }

    #[test]
    fn only_the_pythons_that_come_to_an_import_count() {
        let library = StandardLibrary::of(&">=3.10".parse().unwrap());
        let guarded = PythonRange { from: Some("3.11".parse().unwrap()), until: None };
        assert!(library.reached(guarded).all(|version| has("tomllib", version)));
    }

    #[test]
    fn a_range_beyond_what_is_known_is_held_against_the_newest() {
        assert_eq!(lacking(">=3.99", "tomllib"), [""; 0]);
    }
}
