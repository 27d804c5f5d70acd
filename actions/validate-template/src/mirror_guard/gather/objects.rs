//! The objects of a repository, in all the places where they may lie.

use std::path::{Path, PathBuf};

use domain::CommitSha;
use git::objects::ObjectKind;
use runner::Environment;

use super::super::error::GuardError;
use super::repository::Repository;

/// How large a commit may be: publish's are a thousandth of it, and whoever may push can make any.
const LARGEST_COMMIT: u64 = 1 << 20;

/// The objects of a repository.
#[derive(Debug)]
pub(crate) struct Objects(git::objects::Objects);

impl Objects {
    /// Those of a repository.
    pub(crate) fn of(repository: &Repository) -> Result<Self, GuardError> {
        Self::open(&[repository.objects()])
    }

    /// Those of a repository in whose `pre-receive` hook this is: what was pushed lies in a quarantine, that the
    /// environment tells of. <https://git-scm.com/docs/git-receive-pack#_quarantine_environment>
    pub(crate) fn in_quarantine(
        repository: &Repository,
        environment: &Environment,
    ) -> Result<Self, GuardError> {
        let mut folders: Vec<PathBuf> =
            environment.get("GIT_OBJECT_DIRECTORY").map(PathBuf::from).into_iter().collect();
        folders.extend(listed(environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default()));
        folders.push(repository.objects());
        folders.retain(|folder| folder.is_dir());
        Self::open(&folders)
    }

    fn open(folders: &[PathBuf]) -> Result<Self, GuardError> {
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        Ok(Self(git::objects::Objects::open_all(&folders)?))
    }

    /// The bytes of a commit.
    pub(crate) fn commit(&self, id: &CommitSha) -> Result<Vec<u8>, GuardError> {
        if self.0.size(id)? > LARGEST_COMMIT {
            return Err(GuardError::Malformed {
                id: id.clone(),
                why: "it is larger than any commit should be",
            });
        }
        self.find(id, ObjectKind::Commit, "a commit")
    }

    /// The bytes of a tree.
    pub(crate) fn tree(&self, id: &CommitSha) -> Result<Vec<u8>, GuardError> {
        self.find(id, ObjectKind::Tree, "a tree")
    }

    /// The bytes of a file.
    pub(crate) fn blob(&self, id: &CommitSha) -> Result<Vec<u8>, GuardError> {
        self.find(id, ObjectKind::Blob, "a file")
    }

    fn find(&self, id: &CommitSha, kind: ObjectKind, what: &'static str) -> Result<Vec<u8>, GuardError> {
        let object = self.0.find(id)?;
        if object.kind == kind { Ok(object.bytes) } else { Err(GuardError::Kind { id: id.clone(), what }) }
    }
}

/// The folders of a list that git joined with colons; one with a colon in its name stands in quotes.
fn listed(list: &str) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (folder, after) = unquoted(quoted);
            folders.push(PathBuf::from(folder));
            rest = after.strip_prefix(':').unwrap_or(after);
        } else {
            let (folder, after) = rest.split_once(':').unwrap_or((rest, ""));
            folders.push(PathBuf::from(folder));
            rest = after;
        }
    }
    folders.retain(|folder| !folder.as_os_str().is_empty());
    folders
}

/// A text up to its closing quote, and what follows.
fn unquoted(text: &str) -> (String, &str) {
    let mut folder = String::new();
    let mut characters = text.char_indices();
    while let Some((at, one)) = characters.next() {
        match one {
            '"' => return (folder, &text[at + 1..]),
            '\\' => folder.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => folder.push(one),
        }
    }
    (folder, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_listed_as_git_writes_them() {
        let of = |list: &str| listed(list).iter().map(|one| one.display().to_string()).collect::<Vec<_>>();
        assert_eq!(of(""), [""; 0]);
        assert_eq!(of("/a"), ["/a"]);
        assert_eq!(of("/a:./b:"), ["/a", "./b"]);
        assert_eq!(of(r#""/a:\"b\\":/c"#), [r#"/a:"b\"#, "/c"]);
        assert_eq!(of(r#""/a"#), ["/a"]);
    }
}
