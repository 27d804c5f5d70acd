//! The Dockerfile, and what it makes.

use template::dockerfile::{self, Dockerfile};
use text::Source;

/// A Dockerfile, read.
#[derive(Debug)]
pub struct Built {
    /// Its text.
    pub source: Source,
    /// What it says.
    pub dockerfile: Dockerfile,
}

impl Built {
    pub(crate) fn parse(source: Source) -> Self {
        let dockerfile = dockerfile::parse(source.text());
        Self { source, dockerfile }
    }
}
