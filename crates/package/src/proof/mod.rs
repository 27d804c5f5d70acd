//! The proof that a package is whole, without running any of it.
//!
//! A closed world: every import of every module, inside functions too, resolves to the wheel, to the standard
//! library of every Python that the package runs on, or to a declared dependency; what the manifest promises,
//! commands and what the smoke test asks for, exists; and the archives hold the package's own files and no others.
//! Of the standard library and of dependencies only the top-level module is proven, of a namespace also the part: no
//! table says what lies in them, and `import os.nothere` is left to the smoke test.
//! What is optional, in a `try` that catches `ImportError` or for type checkers only, makes notes.

mod claims;
mod contents;
mod distributions;
mod finding;
mod imports;
mod modules;
mod promises;
mod standard_library;
mod tolerance;
mod wheel;

use serde::Serialize;

pub use finding::{Finding, FindingKind};
pub use wheel::{BuiltWheel, WheelError, prove_wheel};

use crate::archive::Archive;
use crate::assemble::Assembled;
use crate::manifest::Manifest;
use claims::Claims;
use modules::Modules;

/// What the proof found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// What would not work: a package with any is not whole.
    pub findings: Vec<Finding>,
    /// What may not work, and is meant to be optional.
    pub notes: Vec<Finding>,
    /// How many imports were resolved.
    pub imports: usize,
}

impl Proof {
    /// Whether the package is whole.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Proves an assembled package, before its archives are made.
#[must_use]
pub fn prove(assembled: &Assembled, manifest: &Manifest) -> Proof {
    let claims = Claims::of(manifest);
    let below: Vec<_> =
        assembled.package_files().filter_map(|(path, _)| path.below(&assembled.import_package)).collect();
    let modules = Modules::of(&assembled.rewritten, &below, &claims);
    let mut proof = Proof::default();
    imports::prove(&assembled.rewritten, &claims, &modules, &mut proof);
    promises::prove(&claims, &modules, &mut proof);
    proof
}

/// What an archive holds that is none of the package's own files.
#[must_use]
pub fn foreign_entries(wheel: &Archive, manifest: &Manifest) -> Vec<Finding> {
    contents::foreign(wheel, &manifest.package.import_package)
}
