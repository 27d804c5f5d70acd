//! The standard library of the Pythons that a package runs on.

use python::{PythonRange, PythonVersion, stdlib};

use crate::manifest::RequiresPython;

/// The minor versions of Python 3 whose library is known.
const KNOWN: std::ops::RangeInclusive<u8> = 7..=14;

/// The standard libraries of every Python that the package runs on.
pub(super) struct StandardLibrary {
    versions: Vec<PythonVersion>,
}

/// Whether a module is in the standard library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Presence {
    /// In every Python that comes to the import.
    Always,
    /// In some of them; these lack it.
    LackingIn(Vec<PythonVersion>),
    /// In none.
    Never,
}

impl StandardLibrary {
    /// Of the Pythons in this range; of the newest that is known, where the range is beyond.
    pub(super) fn of(range: &RequiresPython) -> Self {
        let version = |minor| PythonVersion { major: 3, minor };
        let versions: Vec<_> = KNOWN.filter(|minor| range.allows(*minor)).map(version).collect();
        Self { versions: if versions.is_empty() { vec![version(*KNOWN.end())] } else { versions } }
    }

    /// Whether `module` is there, for the Pythons that come to its import.
    pub(super) fn presence(&self, module: &str, range: PythonRange) -> Presence {
        // a directive to the compiler in the form of a module, and the program that is running
        if matches!(module, "__future__" | "__main__") {
            return Presence::Always;
        }
        let reached: Vec<_> =
            self.versions.iter().copied().filter(|version| range.contains(*version)).collect();
        let lacking: Vec<_> =
            reached.iter().copied().filter(|version| !stdlib::contains(module, *version)).collect();
        match lacking.len() {
            0 => Presence::Always,
            count if count == reached.len() => Presence::Never,
            _ => Presence::LackingIn(lacking),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(range: &str, module: &str) -> Presence {
        StandardLibrary::of(&range.parse().unwrap()).presence(module, PythonRange::default())
    }

    #[test]
    fn a_module_must_be_in_every_python_that_the_package_runs_on() {
        let lacking = |version: &str| Presence::LackingIn(vec![version.parse().unwrap()]);
        assert_eq!(presence(">=3.11", "tomllib"), Presence::Always);
        assert_eq!(presence(">=3.10,<3.13", "tomllib"), lacking("3.10"));
        assert_eq!(presence(">=3.11,<3.13", "distutils"), lacking("3.12"));
        assert_eq!(presence(">=3.11", "httpx"), Presence::Never);
        for always in ["sys", "os", "__future__", "__main__", "_thread", "asyncio"] {
            assert_eq!(presence(">=3.11", always), Presence::Always, "{always}");
        }
    }

    #[test]
    fn only_the_pythons_that_come_to_an_import_count() {
        let library = StandardLibrary::of(&">=3.10".parse().unwrap());
        let guarded = PythonRange { from: Some("3.11".parse().unwrap()), until: None };
        assert_eq!(library.presence("tomllib", guarded), Presence::Always);
    }

    #[test]
    fn a_range_beyond_what_is_known_is_held_against_the_newest() {
        assert_eq!(presence(">=3.99", "tomllib"), Presence::Always);
    }
}
