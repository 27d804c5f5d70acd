//! What a repository has gained since a revision.

use domain::CommitSha;
use git::objects::{Change, ObjectError, Objects, Repository};
use imara_diff::{Algorithm, Diff, InternedInput};
use runner::{Diagnostic, Exit};

use super::{Scanned, leaks};
use crate::finding::Place;
use crate::folder::{Folder, SCANNED_LIMIT};

/// Why it cannot be told what a repository has gained.
#[derive(Debug, thiserror::Error)]
#[error("could not tell what was added since `{base}`: {why}")]
pub struct DiffError {
    /// The revision.
    base: String,
    /// What the repository lacks.
    why: ObjectError,
}

impl Diagnostic for DiffError {
    fn exit(&self) -> Exit {
        Exit::BadInput
    }

    fn hints(&self) -> Vec<String> {
        self.why.hint().map(str::to_owned).into_iter().collect()
    }
}

/// The modes of files, and of links, whose text is the path that they lead to.
const READ: [u32; 4] = [0o100_644, 0o100_755, 0o100_664, 0o120_000];

/// The credentials in lines that the checked-out commit has and `base`, where the two have parted, has not.
///
/// Everything is read from commits: what lies in the folder and in none of them does not count. What was added and
/// taken out again in between does not count either. A base of zeros, which a forge tells of a branch that is new,
/// stands for nothing: all that the commit holds was added.
///
/// # Errors
/// When there is no repository, no such revision, or no common history.
pub fn added_since(base: &str, folder: &Folder) -> Result<Scanned, DiffError> {
    let refused = |why| DiffError { base: base.to_owned(), why };
    let (repository, inside) = Repository::of(folder.root()).map_err(refused)?;
    let changes = changes(&repository, base, &inside).map_err(refused)?;
    let objects = repository.objects();
    let mut scanned = Scanned::default();
    for change in changes.iter().filter(|change| READ.contains(&change.mode)) {
        let path = String::from_utf8_lossy(&change.path);
        let Some(after) = text(objects, &change.after).map_err(refused)? else {
            scanned.unscanned.push((path.into_owned(), "is too large".to_owned()));
            continue;
        };
        let found = leaks(&path, &after);
        if found.is_empty() {
            continue;
        }
        let before =
            change.before.as_ref().map(|before| text(objects, before)).transpose().map_err(refused)?;
        let added = added_lines(&before.flatten().unwrap_or_default(), &after);
        scanned.leaks.extend(found.into_iter().filter(|leak| is_added(&leak.place, &added)));
    }
    Ok(scanned)
}

/// What `HEAD` has below a path, and the commit where it has parted from `base` has not.
fn changes(repository: &Repository, base: &str, inside: &str) -> Result<Vec<Change>, ObjectError> {
    let head = repository.resolve("HEAD")?;
    let before = match base.parse::<CommitSha>() {
        Ok(id) if id.is_null() => Objects::empty_tree(),
        _ => repository.tree_of(&repository.merge_base(&repository.resolve(base)?, &head)?)?,
    };
    repository.objects().changes(&before, &repository.tree_of(&head)?, inside)
}

/// What a file holds; none where it is larger than what is read.
fn text(objects: &Objects, id: &CommitSha) -> Result<Option<Vec<u8>>, ObjectError> {
    if objects.size(id)? > SCANNED_LIMIT {
        return Ok(None);
    }
    Ok(Some(objects.find(id)?.bytes))
}

/// Whether a place is on a line that was added; a place without a line counts.
fn is_added(place: &Place, added: &[std::ops::Range<usize>]) -> bool {
    let (Some(start), Some(end)) = (place.start(), place.end()) else { return true };
    added.iter().any(|lines| lines.start <= end.line && start.line < lines.end)
}

/// The lines of `after`, counted from 1, that `before` has not.
fn added_lines(before: &[u8], after: &[u8]) -> Vec<std::ops::Range<usize>> {
    // Without its end: a last line that gets one is no other line.
    let lines = |bytes| <[u8]>::split(bytes, |byte| *byte == b'\n');
    let mut input = InternedInput::default();
    input.update_before(lines(before));
    input.update_after(lines(after));
    let diff = Diff::compute(Algorithm::Myers, &input);
    let index = |line: u32| usize::try_from(line).unwrap_or(usize::MAX);
    let added = diff.hunks().map(|hunk| hunk.after).filter(|added| !added.is_empty());
    added.map(|added| index(added.start) + 1..index(added.end) + 1).collect()
}
