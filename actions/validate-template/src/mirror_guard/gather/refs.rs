//! The refs of a repository, from its files. <https://git-scm.com/docs/gitrepository-layout>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::CommitSha;
use mirror::judge::SeenRef;

use super::super::error::GuardError;
use super::repository::{Kind, Repository};

/// How deep folders of refs nest at most.
const DEEPEST: usize = 32;

/// The refs of the mirror that a repository was fetched from.
///
/// Of a checkout, what stands below `refs/remotes/origin/` and the tags; of a bare repository, all. Which of the two
/// it is, its layout tells, and never the names of refs: whoever may push can choose those.
pub(crate) fn refs(repository: &Repository) -> Result<Vec<SeenRef>, GuardError> {
    if repository.folder.join("reftable").is_dir() {
        return Err(GuardError::RefFormat(repository.folder.clone()));
    }
    let mut found = packed(&repository.folder.join("packed-refs"))?;
    loose(&repository.folder.join("refs"), "refs", DEEPEST, &mut found)?;
    let named = found.into_iter().filter_map(|(name, id)| {
        let name = match repository.kind {
            Kind::Bare => name,
            Kind::Checkout => in_mirror(&name)?,
        };
        Some(SeenRef { name, id })
    });
    Ok(named.collect())
}

/// The name that a ref of a checkout has in the repository that it was fetched from.
fn in_mirror(name: &str) -> Option<String> {
    match name.strip_prefix("refs/remotes/origin/") {
        Some("HEAD") => None,
        Some(branch) => Some(format!("refs/heads/{branch}")),
        None => name.starts_with("refs/tags/").then(|| name.to_owned()),
    }
}

fn packed(file: &Path) -> Result<BTreeMap<String, CommitSha>, GuardError> {
    let text = match fs_err::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text?,
    };
    let lines = text.lines().filter(|line| !line.starts_with(['#', '^']) && !line.is_empty());
    let refs = lines.map(|line| {
        let parsed = line.split_once(' ').and_then(|(id, name)| Some((name.to_owned(), id.parse().ok()?)));
        parsed.ok_or_else(|| malformed(file.to_owned(), "a line is no `id name`"))
    });
    refs.collect()
}

fn loose(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut BTreeMap<String, CommitSha>,
) -> Result<(), GuardError> {
    if depth == 0 {
        return Err(malformed(folder.to_owned(), "its folders nest too deeply"));
    }
    let entries = match fs_err::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        let name =
            entry.file_name().into_string().map_err(|_| malformed(path.clone(), "its name is no text"))?;
        let name = format!("{prefix}/{name}");
        if entry.file_type()?.is_dir() {
            loose(&path, &name, depth - 1, found)?;
        } else if path.extension().is_none_or(|extension| extension != "lock") {
            let text = fs_err::read_to_string(&path)?;
            // a symbolic ref has its own target among the refs; what was packed under its name counts no more
            if text.starts_with("ref: ") {
                found.remove(&name);
                continue;
            }
            let id = text.trim_end().parse().map_err(|_| malformed(path, "it holds no id"))?;
            found.insert(name, id);
        }
    }
    Ok(())
}

fn malformed(path: PathBuf, why: &str) -> GuardError {
    GuardError::Refs { path, why: why.to_owned() }
}
