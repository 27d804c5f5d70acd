//! Why the end-to-end tests cannot be run on this machine.

use std::fmt;

/// Something that this machine lacks and that we may not or cannot bring.
///
/// Not a failure of what is tested: the run is skipped, loudly, and everything else still counts.
#[derive(Debug)]
pub(crate) struct Absent(String);

impl Absent {
    /// One clause that names what is missing and why it could not be brought.
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// The same out of an error that arose while bringing it.
    pub(crate) fn because(what: &str, error: &anyhow::Error) -> Self {
        Self(format!("{what}: {error:#}"))
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
