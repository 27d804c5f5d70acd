//! A project that has its own pyproject.toml: built by its own backend, and held to the same proof.
//!
//! 1. [`Pyproject`]: the name and version that are committed, against the manifest and the tag.
//! 2. `copy`: a clean copy of the project's files, with the version stamped if the manifest says so.
//! 3. `uv build`: sdist, and from it the wheel, as installers would build it.
//! 4. [`Release`]: what was built is the one project in the one version.
//! 5. [`prove_wheel`]: the closed world, in the wheel.

mod copy;
mod error;
mod output;
mod pyproject;

use std::path::Path;
use std::time::Duration;

use domain::PackageVersion;
use fs_err as fs;
use package::{BuiltWheel, Proof, Stamp, StandaloneManifest, prove_wheel};
use tempfile::TempDir;

pub use error::StandaloneError;
pub use pyproject::{DeclaredVersion, Pyproject, PyprojectError};

use crate::distribution::{Distribution, Release};
use crate::git::with_git;
use crate::process::{Invocation, ProcessError};
use crate::smoke::Surroundings;
use crate::uv::Uv;

/// How long a backend may take, its own installation included: some compile.
const PATIENCE: Duration = Duration::from_mins(30);

/// The name of the file that makes a folder a project.
const PYPROJECT: &str = "pyproject.toml";

/// A standalone project, built and proven. Its files lie in a folder that is removed when this is dropped, until they
/// are [written](Self::write).
#[derive(Debug)]
pub struct StandaloneBuilt {
    /// Wheel and sdist.
    pub release: Release,
    /// What the proof found in the wheel.
    pub proof: Proof,
    _scratch: TempDir,
}

/// What is built, and from where.
#[derive(Debug, Clone, Copy)]
pub struct StandaloneSource<'a> {
    /// The folder of the manifest and of pyproject.toml.
    pub root: &'a Path,
    /// The manifest.
    pub manifest: &'a StandaloneManifest,
    /// The version that must come out.
    pub version: &'a PackageVersion,
    /// The time that the archives carry, as far as the backend heeds it.
    pub stamp: Stamp,
    /// The output folder, which is no part of the project even where it lies in it.
    pub out: &'a Path,
}

/// Reads a project's pyproject.toml.
///
/// # Errors
/// When it is not there, or is not one.
pub fn read_pyproject(root: &Path) -> Result<Pyproject, StandaloneError> {
    let path = root.join(PYPROJECT);
    let text = fs::read_to_string(&path)
        .map_err(|source| StandaloneError::NoPyproject { path: path.clone(), source })?;
    Pyproject::parse(text).map_err(|error| StandaloneError::Pyproject { path, error })
}

/// Builds and proves a standalone project. The project's own folder is not written to.
///
/// The build requirements come from the dependency index, as dependencies do; the backend gets the environment of
/// every child, without tokens, and `SOURCE_DATE_EPOCH`. Whether two builds are equal is the backend's matter.
///
/// # Errors
/// When the committed version is another, the build fails, or something else comes out than was asked for.
pub fn build(source: &StandaloneSource<'_>, on: &Surroundings) -> Result<StandaloneBuilt, StandaloneError> {
    let pyproject = read_pyproject(source.root)?;
    let stamped = to_stamp(&pyproject, source)?;
    let scratch = tempfile::Builder::new().prefix("publish-build-").tempdir()?;
    // tools show the folder's name, and some take a name from it
    let copied = scratch.path().join("project");
    copy::copy(source.root, &copied, source.out, &on.environment, source.stamp)?;
    if let Some(text) = stamped {
        fs::write(copied.join(PYPROJECT), text)?;
    }
    let dist = scratch.path().join("dist");
    let uv = uv_build(source, on, &dist).map_err(StandaloneError::Build)?;
    uv.argument(&copied).output().map_err(StandaloneError::Build)?;
    let release = Release::read(&dist)?;
    hold(&release, source)?;
    let proof = prove(release.wheel(), source.manifest)?;
    Ok(StandaloneBuilt { release, proof, _scratch: scratch })
}

impl StandaloneBuilt {
    /// Puts wheel and sdist into `dist/` of the output folder, in place of those of an earlier build of this project.
    /// Afterwards they are read from there.
    ///
    /// # Errors
    /// When something else lies there, or the disk refuses; then what was there still is.
    pub fn write(&mut self, out: &Path) -> Result<(), StandaloneError> {
        let dist = output::write(&self.release, out)?;
        self.release = Release::read(&dist)?;
        Ok(())
    }
}

/// The text of pyproject.toml to build with, where it is to be another than the committed one.
fn to_stamp(pyproject: &Pyproject, source: &StandaloneSource<'_>) -> Result<Option<String>, StandaloneError> {
    let expected = &source.manifest.package.name;
    if let Some(found) = pyproject.name.as_ref().filter(|found| *found != expected) {
        return Err(StandaloneError::Name { found: found.clone(), expected: expected.clone() });
    }
    let wanted = source.version;
    match &pyproject.version {
        DeclaredVersion::Static { version, .. } if version == wanted => Ok(None),
        DeclaredVersion::Static { .. } if source.manifest.stamp => Ok(pyproject.stamped(wanted)),
        DeclaredVersion::Static { version, .. } => {
            Err(StandaloneError::CommittedVersion { committed: version.clone(), wanted: wanted.clone() })
        }
        DeclaredVersion::Dynamic if source.manifest.stamp => Err(StandaloneError::NothingToStamp),
        DeclaredVersion::Dynamic => Ok(None),
    }
}

/// `uv build`, wanting only the project: the sdist, and from it the wheel.
///
/// `[tool.uv.sources]` are for development: an installer that builds the sdist does not know them.
/// <https://docs.astral.sh/uv/guides/package/>
fn uv_build(
    source: &StandaloneSource<'_>,
    on: &Surroundings,
    dist: &Path,
) -> Result<Invocation, ProcessError> {
    let uv = Uv::find(&on.environment)?
        .invocation(["build", "--no-sources", "--out-dir"], PATIENCE)
        .argument(dist);
    let uv = on.python.iter().fold(uv, |uv, python| uv.argument(format!("--python={python}")));
    // what a backend could take from the machine, made the same on every one
    let settings =
        [("LC_ALL", "C.UTF-8"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONHASHSEED", "0"), ("TZ", "UTC")];
    let uv = settings.into_iter().fold(uv, |uv, (name, value)| uv.variable(name, value));
    let uv = uv.variable("SOURCE_DATE_EPOCH", source.stamp.seconds().to_string());
    Ok(on.dependency_index.alone(with_git(uv)))
}

/// What was built must be what was asked for.
fn hold(release: &Release, source: &StandaloneSource<'_>) -> Result<(), StandaloneError> {
    let expected = &source.manifest.package.name;
    if release.project() != expected {
        return Err(StandaloneError::Name { found: release.project().clone(), expected: expected.clone() });
    }
    if release.version() != source.version {
        let (built, wanted) = (release.version().clone(), source.version.clone());
        return Err(StandaloneError::BuiltVersion { built, wanted });
    }
    Ok(())
}

fn prove(wheel: &Distribution, manifest: &StandaloneManifest) -> Result<Proof, StandaloneError> {
    let dependencies: Vec<_> = wheel.metadata().all("requires-dist").collect();
    let built = BuiltWheel {
        file_name: wheel.file_name(),
        bytes: wheel.bytes(),
        requires_python: wheel.metadata().get("requires-python"),
        dependencies: &dependencies,
    };
    prove_wheel(&built, manifest)
        .map_err(|source| StandaloneError::Wheel { file_name: wheel.file_name().to_owned(), source })
}
