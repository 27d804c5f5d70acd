//! From a tree of files to a package, its proof and its archives.

use std::thread;

use domain::PackageVersion;
use package::{
    Archive, Assembled, BuildError, FileTree, Manifest, Proof, Stamp, assemble, proof::foreign_entries,
    prove, sdist, wheel,
};

/// Everything that a build makes, in memory.
#[derive(Debug)]
pub struct Built {
    /// The package's tree, and what became of its imports.
    pub assembled: Assembled,
    /// What the proof found.
    pub proof: Proof,
    /// The wheel.
    pub wheel: Archive,
    /// The sdist.
    pub sdist: Archive,
}

/// Builds and proves the package of `version`. Purely: what it makes depends on the arguments alone.
///
/// # Errors
/// When the source is not as the manifest lists it, or is not Python.
pub fn build(
    tree: &FileTree,
    manifest: &Manifest,
    version: &PackageVersion,
    stamp: Stamp,
) -> Result<Built, BuildError> {
    let assembled = assemble(tree, manifest, version)?;
    // the two archives cost most of a build, and neither waits for the other
    let (mut proof, wheel, sdist) = thread::scope(|scope| {
        let sdist = scope.spawn(|| sdist(&assembled, manifest, stamp));
        let wheel = wheel(&assembled, manifest, stamp);
        let proof = prove(&assembled, manifest);
        let sdist = sdist.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (proof, wheel, sdist)
    });
    proof.findings.extend(foreign_entries(&wheel, manifest));
    Ok(Built { assembled, proof, wheel, sdist })
}
