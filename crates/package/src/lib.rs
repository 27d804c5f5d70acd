//! A tree of Python source and a manifest, made into a package tree, a wheel, an sdist and a proof; purely.
//!
//! Nothing here touches disk, network, clock or environment: a [`FileTree`] comes from a folder or from git's
//! objects, and equal trees make equal bytes on every machine. A build, from top to bottom:
//!
//! 1. [`Manifest`]: `runtime-package.toml` says what the package is made of.
//! 2. [`drift`](mod@drift): the source folder is what the manifest lists, neither more nor less.
//! 3. [`assemble`](mod@assemble): modules move below the import package and their imports with them.
//! 4. [`prove`]: a closed world, shown without running anything.
//! 5. [`wheel`](mod@wheel) and [`sdist`](mod@sdist): the archives, with [`metadata`], in a fixed form.

mod archive;
pub mod assemble;
pub mod drift;
mod error;
pub mod manifest;
pub mod metadata;
mod mirror;
mod parallel;
mod path;
pub mod proof;
mod pyproject;
mod readme;
mod record;
mod rewrite;
pub mod sdist;
mod stamp;
mod tree;
pub mod wheel;

#[cfg(test)]
mod fixtures;

pub use archive::Archive;
pub use assemble::{Assembled, assemble};
pub use error::{BuildError, SourceError};
pub use manifest::{Layout, MANIFEST_NAME, Manifest, ManifestError, StandaloneManifest};
pub use mirror::{MIRROR_FORMAT, mirror_tree};
pub use path::{PathError, TreePath};
pub use proof::{BuiltWheel, Finding, FindingKind, Proof, WheelError, prove, prove_wheel};
pub use pyproject::is_generated_pyproject;
pub use rewrite::Rewritten;
pub use sdist::sdist;
pub use stamp::{Stamp, StampError};
pub use tree::{File, FileTree, Mode, TreeError};
pub use wheel::wheel;
