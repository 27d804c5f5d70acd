//! Wheel and sdist into the output folder: both, or neither.

use std::io;
use std::path::{Path, PathBuf};

use domain::ArchiveName;
use fs_err as fs;

use super::error::StandaloneError;
use crate::distribution::Release;
use crate::output::DIST;
use crate::process::Guarded;

/// Puts the archives into `dist/` of `out`, in place of an earlier build's, and tells that folder.
pub(super) fn write(release: &Release, out: &Path) -> Result<PathBuf, StandaloneError> {
    check_vacant(release, out)?;
    fs::create_dir_all(out)?;
    let dist = out.join(DIST);
    // within the output folder, since only there a rename is sure to be one
    let guarded = Guarded::begin()?;
    let scratch = tempfile::Builder::new().prefix(".runtime-package-").tempdir_in(out)?;
    let (fresh, earlier) = (scratch.path().join("fresh"), scratch.path().join("earlier"));
    fs::create_dir(&fresh)?;
    for archive in release.distributions() {
        guarded.check()?;
        fs::write(fresh.join(archive.file_name()), archive.bytes())?;
    }
    guarded.check()?;
    if dist.exists() {
        fs::rename(&dist, &earlier)?;
    }
    fs::rename(&fresh, &dist).inspect_err(|_| {
        // the first error is the one to tell
        let _ = fs::rename(&earlier, &dist);
    })?;
    drop(scratch);
    guarded.check()?;
    Ok(dist)
}

/// Refuses to replace what is not of an earlier build of this project.
fn check_vacant(release: &Release, out: &Path) -> Result<(), StandaloneError> {
    let foreign = |found: String| StandaloneError::Foreign { folder: out.to_owned(), found };
    if let Some(name) = names(out)?.into_iter().find(|name| name != DIST) {
        return Err(foreign(name));
    }
    let is_foreign = |name: &String| ArchiveName::of_project(name, release.project()).is_err();
    match names(&out.join(DIST))?.into_iter().find(is_foreign) {
        Some(name) => Err(foreign(format!("{DIST}/{name}"))),
        None => Ok(()),
    }
}

/// What lies in a folder; nothing in one that is not there.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names: io::Result<Vec<_>> =
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
    names.map(|mut names| {
        names.sort();
        names
    })
}
