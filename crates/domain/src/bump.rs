use std::fmt;

use semver::Version;

/// How far a release moves the version; ordered, so that the highest of several is their `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// `1.4.2` → `1.4.3`
    Patch,
    /// `1.4.2` → `1.5.0`
    Minor,
    /// `1.4.2` → `2.0.0`
    Major,
}

impl Bump {
    /// The final version that follows `base`. Whatever pre-release or build part `base` has is dropped.
    #[must_use]
    pub fn next(self, base: &Version) -> Version {
        match self {
            Self::Patch => Version::new(base.major, base.minor, base.patch + 1),
            Self::Minor => Version::new(base.major, base.minor + 1, 0),
            Self::Major => Version::new(base.major + 1, 0, 0),
        }
    }

    /// `patch`, `minor` or `major`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The bump that leads from one final version to another, as far as it can be told.
    #[must_use]
    pub fn between(base: &Version, next: &Version) -> Self {
        if next.major != base.major {
            Self::Major
        } else if next.minor != base.minor {
            Self::Minor
        } else {
            Self::Patch
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bump_resets_what_stands_to_its_right() {
        let base = Version::new(1, 4, 2);
        assert_eq!(Bump::Patch.next(&base), Version::new(1, 4, 3));
        assert_eq!(Bump::Minor.next(&base), Version::new(1, 5, 0));
        assert_eq!(Bump::Major.next(&base), Version::new(2, 0, 0));
    }

    #[test]
    fn major_is_the_highest_of_all() {
        assert_eq!([Bump::Patch, Bump::Major, Bump::Minor].into_iter().max(), Some(Bump::Major));
    }

    #[test]
    fn the_bump_between_two_versions_is_the_first_part_that_differs() {
        let base = Version::new(1, 4, 2);
        assert_eq!(Bump::between(&base, &Version::new(2, 4, 2)), Bump::Major);
        assert_eq!(Bump::between(&base, &Version::new(1, 5, 0)), Bump::Minor);
        assert_eq!(Bump::between(&base, &Version::new(1, 4, 9)), Bump::Patch);
    }
}
