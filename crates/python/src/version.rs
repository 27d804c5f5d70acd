use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A feature release of Python, such as 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// 3, in every version that this crate parses.
    pub major: u8,
    /// 11 in 3.11.
    pub minor: u8,
}

impl PythonVersion {
    /// 3.`minor`.
    #[must_use]
    pub const fn three(minor: u8) -> Self {
        Self { major: 3, minor }
    }
}

/// A text that is not a feature release of Python, such as `3` or `3.11.2`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of Python: expected two numbers, such as `3.11`")]
pub struct InvalidPythonVersion(String);

impl FromStr for PythonVersion {
    type Err = InvalidPythonVersion;

    fn from_str(text: &str) -> Result<Self, InvalidPythonVersion> {
        let number = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u8>().ok().filter(|_| plain)
        };
        text.split_once('.')
            .and_then(|(major, minor)| Some(Self { major: number(major)?, minor: number(minor)? }))
            .ok_or_else(|| InvalidPythonVersion(text.to_owned()))
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for PythonVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The versions of Python on which a piece of code runs: all of them, unless a comparison with
/// `sys.version_info` around it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct PythonRange {
    /// The first version, inclusive.
    pub from: Option<PythonVersion>,
    /// The version before which it ends, exclusive.
    pub until: Option<PythonVersion>,
}

impl PythonRange {
    /// Whether a version lies in the range.
    #[must_use]
    pub fn contains(&self, version: PythonVersion) -> bool {
        self.from.is_none_or(|from| version >= from) && self.until.is_none_or(|until| version < until)
    }

    /// The versions in both ranges.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self { from: self.from.max(other.from), until }
    }

    pub(crate) fn at_least(version: PythonVersion) -> Self {
        Self { from: Some(version), until: None }
    }

    pub(crate) fn before(version: PythonVersion) -> Self {
        Self { from: None, until: Some(version) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_two_numbers() {
        assert_eq!("3.11".parse(), Ok(PythonVersion::three(11)));
        assert_eq!(PythonVersion::three(9).to_string(), "3.9");
        assert!(PythonVersion::three(9) < PythonVersion::three(10));
        for text in ["", "3", "3.", "3.11.2", "3.+1", " 3.1", "3.x", "3.999"] {
            assert!(text.parse::<PythonVersion>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn ranges_are_half_open_and_intersect() {
        let v = PythonVersion::three;
        let range =
            PythonRange::at_least(v(9)).and(PythonRange::before(v(12))).and(PythonRange::before(v(11)));
        assert_eq!((9..13).filter(|minor| range.contains(v(*minor))).collect::<Vec<_>>(), [9, 10]);
        assert!(PythonRange::default().contains(v(0)));
    }
}
