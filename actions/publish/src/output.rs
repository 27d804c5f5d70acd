//! The output folder: all of it, or nothing.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use package::{Archive, Manifest, Mode, TreePath};
use runner::Exit;

use crate::build::Built;
use crate::process::Guarded;

/// The folder of wheel and sdist within the output folder.
pub const DIST: &str = "dist";

/// Why the output folder cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The disk refused: no permission, no space.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Something in the way that no build wrote.
    #[error("`{}` holds `{found}`, which is not of an earlier build of this package", .folder.display())]
    Foreign {
        /// The output folder.
        folder: PathBuf,
        /// What was found in it.
        found: String,
    },
    /// The output folder is no folder.
    #[error("`{}` is there and is no folder", .0.display())]
    NotAFolder(PathBuf),
    /// Writing there would change what is built.
    #[error("`{}` is, holds or lies in the source folder", .0.display())]
    InSource(PathBuf),
}

impl OutputError {
    /// The exit class.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if matches!(self, Self::Io(_)) { Exit::Failed } else { Exit::BadInput }
    }

    /// What would mend it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io(error) => match error.kind() {
                io::ErrorKind::PermissionDenied => {
                    "write to another folder by `out`, or grant the permission".to_owned()
                }
                io::ErrorKind::StorageFull => "make room; nothing was left behind".to_owned(),
                io::ErrorKind::Interrupted => "run it again; nothing was left behind".to_owned(),
                _ => return None,
            },
            Self::Foreign { .. } => "name a folder of its own by `out`, or empty this one".to_owned(),
            Self::NotAFolder(_) | Self::InSource(_) => "name another folder by `out`".to_owned(),
        })
    }
}

/// Where things were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The wheel.
    pub wheel: PathBuf,
    /// The sdist.
    pub sdist: PathBuf,
}

/// Writes the package's tree, and its archives in `dist/`, to `out`, in place of what an earlier build left there.
///
/// Everything is written to a folder beside it first, and then renamed: a reader sees the old state or the new one,
/// and after a failure, or a signal that ends the run, the old one is still there.
///
/// # Errors
/// When `out` holds what no build wrote, overlaps with the source folder, the disk refuses, or a signal came.
pub fn write(built: &Built, manifest: &Manifest, source: &Path, out: &Path) -> Result<Written, OutputError> {
    let parent = parent(out);
    if let Some(file) = parent.ancestors().find(|path| path.exists() && !path.is_dir()) {
        return Err(OutputError::NotAFolder(file.to_owned()));
    }
    fs::create_dir_all(parent)?;
    let out = fs::canonicalize(parent)?.join(out.file_name().unwrap_or_default());
    let source = fs::canonicalize(source)?;
    if out.starts_with(&source) || source.starts_with(&out) {
        return Err(OutputError::InSource(out));
    }
    check_vacant(&out, manifest)?;
    let parent = self::parent(&out);
    let guarded = Guarded::begin()?;
    let scratch = tempfile::Builder::new().prefix(".runtime-package-").tempdir_in(parent)?;
    let fresh = scratch.path().join("fresh");
    fill(&fresh, built, &guarded)?;
    exchange(&fresh, &out, &scratch.path().join("earlier"))?;
    drop(scratch);
    guarded.check()?;
    let dist = out.join(DIST);
    Ok(Written { wheel: dist.join(&built.wheel.file_name), sdist: dist.join(&built.sdist.file_name) })
}

/// The folder that a path lies in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Refuses to replace what an earlier build of this package did not write.
fn check_vacant(out: &Path, manifest: &Manifest) -> Result<(), OutputError> {
    let found = match fs::symlink_metadata(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
        Ok(found) => found,
    };
    if !found.is_dir() {
        return Err(OutputError::NotAFolder(out.to_owned()));
    }
    let foreign = |found: String| OutputError::Foreign { folder: out.to_owned(), found };
    let licenses = manifest.project.license_files.iter().map(TreePath::top);
    let mut own = vec!["pyproject.toml", "README.md", DIST, manifest.package.import_package.as_str()];
    own.extend(licenses);
    let names = names(out)?;
    if let Some(name) = names.iter().find(|name| !own.contains(&name.as_str())) {
        return Err(foreign(name.clone()));
    }
    if let Some(name) = names.first() {
        let pyproject = fs::read_to_string(out.join("pyproject.toml")).unwrap_or_default();
        if !package::is_generated_pyproject(&pyproject) {
            return Err(foreign(name.clone()));
        }
    }
    let dist = out.join(DIST);
    let archives = if dist.is_dir() { self::names(&dist)? } else { Vec::new() };
    let start = format!("{}-", manifest.package.name.in_file_names());
    if let Some(name) = archives.iter().find(|name| !name.starts_with(&start)) {
        return Err(foreign(format!("{DIST}/{name}")));
    }
    let mut written: BTreeSet<String> =
        manifest.project.license_files.iter().map(ToString::to_string).collect();
    for name in archives.iter().filter(|name| is_wheel(name)) {
        written.extend(members(&dist.join(name)));
    }
    match folders_files(out)?.into_iter().find(|path| !written.contains(path)) {
        Some(path) => Err(foreign(path)),
        None => Ok(()),
    }
}

fn is_wheel(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "whl")
}

/// The files of a wheel, which are those of the import package that the build wrote beside it; none of one that
/// cannot be read.
fn members(wheel: &Path) -> Vec<String> {
    let archive = fs::File::open(wheel).ok().and_then(|file| zip::ZipArchive::new(file).ok());
    let names = |archive: zip::ZipArchive<_>| {
        archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect()
    };
    archive.map(names).unwrap_or_default()
}

/// All files below the folders of an earlier build, without those of `dist/` and the bytecode that Python leaves
/// where a package is imported from.
fn folders_files(out: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting: Vec<String> =
        names(out)?.into_iter().filter(|name| name != DIST && is_folder(&out.join(name))).collect();
    while let Some(folder) = waiting.pop() {
        for name in names(&out.join(&folder))?.into_iter().filter(|name| name != "__pycache__") {
            let path = format!("{folder}/{name}");
            if is_folder(&out.join(&path)) { waiting.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether it is a folder itself, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    let names: io::Result<Vec<_>> =
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names?;
    names.sort();
    Ok(names)
}

fn fill(folder: &Path, built: &Built, guarded: &Guarded) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (path, file) in built.assembled.tree.iter() {
        guarded.check()?;
        let path = folder.join(path.as_str());
        fs::create_dir_all(parent(&path))?;
        fs::write(&path, &file.contents)?;
        set_mode(&path, file.mode)?;
    }
    let dist = folder.join(DIST);
    fs::create_dir(&dist)?;
    for Archive { file_name, bytes, .. } in [&built.wheel, &built.sdist] {
        fs::write(dist.join(file_name), bytes)?;
    }
    guarded.check()
}

/// Puts `fresh` in the place of `out`, which is moved to `earlier`; puts it back when that fails.
fn exchange(fresh: &Path, out: &Path, earlier: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(fresh, out);
    }
    fs::rename(out, earlier)?;
    fs::rename(fresh, out).inspect_err(|_| {
        // the first error is the one to tell
        let _ = fs::rename(earlier, out);
    })
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: Mode) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match mode {
        // what the umask makes of a new file is the user's wish
        Mode::Regular => Ok(()),
        Mode::Executable => {
            let readable = fs::metadata(path)?.permissions().mode();
            // whoever may read it may execute it
            let executable = readable | (readable & 0o444) >> 2;
            fs::set_permissions(path, PermissionsExt::from_mode(executable))
        }
    }
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: Mode) -> io::Result<()> {
    Ok(())
}
