//! A clean copy of a project to build from.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use package::Stamp;

use super::error::StandaloneError;
use crate::git::{self, Untracked};
use crate::process::ChildEnvironment;

/// What tools leave in a project's folder; it is left behind where no git says what belongs to the project.
const LEFTOVERS: [&str; 14] = [
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "venv",
];

/// Copies a project to `to`, which is made: the files that git tracks, as they are on disk, or, where there is no
/// git, all but what tools leave behind and the folder `out`.
///
/// Modes and times are made the same on every machine, since backends take them over. The copy is a worktree of the
/// repository, for backends that read the version from a tag or ask git which files there are.
///
/// # Errors
/// When a file cannot be read, or is a link that leads out of the project.
pub(super) fn copy(
    root: &Path,
    to: &Path,
    out: &Path,
    environment: &ChildEnvironment,
    stamp: Stamp,
) -> Result<(), StandaloneError> {
    let root = fs::canonicalize(root)?;
    let mut files = BTreeSet::new();
    if git::checkout(&root).is_some() {
        files.extend(tracked(&root, environment)?);
        git::tell_changes(&root, environment, Untracked::LeftOut, |_| true)?;
    } else {
        walk(&root, Path::new(""), &fs::canonicalize(out).unwrap_or_default(), &mut files)?;
    }
    fs::create_dir_all(to)?;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(stamp.seconds().into());
    for path in &files {
        copy_one(&root, path, to, time)?;
    }
    Ok(refer_to_git(&root, to, &to.with_file_name("git"))?)
}

/// The files that git tracks in `root` and that are there.
fn tracked(root: &Path, environment: &ChildEnvironment) -> Result<Vec<PathBuf>, StandaloneError> {
    let listed = git::entries(root, environment, &["ls-files", "-z", "--cached", "--recurse-submodules"])?;
    let paths = listed.into_iter().map(PathBuf::from);
    Ok(paths.filter(|path| fs::symlink_metadata(root.join(path)).is_ok()).collect())
}

/// All files, save what tools leave behind.
fn walk(root: &Path, below: &Path, out: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), StandaloneError> {
    for entry in fs::read_dir(root.join(below))? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), below.join(entry.file_name()));
        let is_leftover = LEFTOVERS.iter().any(|leftover| name == *leftover)
            || path.extension().is_some_and(|extension| extension == "egg-info" || extension == "pyc");
        if is_leftover || entry.path() == out {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, out, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}

fn copy_one(root: &Path, path: &Path, to: &Path, time: SystemTime) -> Result<(), StandaloneError> {
    let (source, target) = (root.join(path), to.join(path));
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    let kind = fs::symlink_metadata(&source)?.file_type();
    if kind.is_symlink() {
        return copy_link(root, &source, &target);
    }
    if !kind.is_file() {
        return Err(StandaloneError::Special(source));
    }
    fs::copy(&source, &target)?;
    set_mode(&target)?;
    Ok(fs::OpenOptions::new().write(true).open(&target)?.set_modified(time)?)
}

/// A relative link to what lies in the project leads to the same place in the copy.
fn copy_link(root: &Path, source: &Path, target: &Path) -> Result<(), StandaloneError> {
    let leads_to = fs::read_link(source)?;
    let within = fs::canonicalize(source).is_ok_and(|end| end.starts_with(root));
    if leads_to.is_absolute() || !within {
        return Err(StandaloneError::LinkOut { path: source.to_owned(), target: leads_to });
    }
    link(&leads_to, target)?;
    Ok(())
}

#[cfg(unix)]
fn link(leads_to: &Path, at: &Path) -> io::Result<()> {
    fs::os::unix::fs::symlink(leads_to, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::other("symbolic links are copied on Unix only"))
}

/// What git knows of a mode, and nothing of the umask.
#[cfg(unix)]
fn set_mode(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let executable = fs::metadata(path)?.permissions().mode() & 0o100 != 0;
    fs::set_permissions(path, PermissionsExt::from_mode(if executable { 0o755 } else { 0o644 }))
}

#[cfg(not(unix))]
fn set_mode(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the copy a worktree of the project's repository, by a git folder `private` of its own beside it: tags and
/// objects are the repository's, and what a git command writes by the way, such as its cache of file times, is not.
/// <https://git-scm.com/docs/gitrepository-layout>
fn refer_to_git(root: &Path, to: &Path, private: &Path) -> io::Result<()> {
    let Some(git) = git_folder(root)? else { return Ok(()) };
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(common) => git.join(common.trim_end()),
        Err(_) => git.clone(),
    };
    fs::create_dir(private)?;
    for file in ["HEAD", "index"] {
        if git.join(file).is_file() {
            fs::copy(git.join(file), private.join(file))?;
        }
    }
    fs::write(private.join("commondir"), format!("{}\n", common.display()))?;
    fs::write(private.join("gitdir"), format!("{}\n", to.join(".git").display()))?;
    fs::write(to.join(".git"), format!("gitdir: {}\n", private.display()))
}

/// The git folder of a project that is the top of a repository, a worktree or a submodule.
fn git_folder(root: &Path) -> io::Result<Option<PathBuf>> {
    let git = root.join(".git");
    if !git.is_file() {
        return Ok(git.is_dir().then_some(git));
    }
    let text = fs::read_to_string(&git)?;
    Ok(text.trim_end().strip_prefix("gitdir: ").map(|folder| root.join(folder)))
}
